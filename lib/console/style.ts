/** The style of the console's page: two dense columns, one on a narrow screen. */
import { ROW_STATUSES } from '../campaigns/facts/row-status.js'
import { BASE_STYLE } from '../campaigns/reports/html/style.js'

export const CONSOLE_STYLE = `${BASE_STYLE}
body{font-size:13.5px;line-height:1.45}
header,main{max-width:1720px;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem 1rem;padding-block:.75rem .5rem}
h1{margin:0;font-size:1.15rem;font-weight:680;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{margin:0;font-size:.95rem;font-weight:650}h2 small{margin-left:.35rem;font-weight:500}
h3{font-size:.875rem;font-weight:600}
p{margin:.25rem 0}ul,ol{margin:0;padding:0;list-style:none}
code,pre,.id{font-size:.92em}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;z-index:9;padding:.4rem .8rem;background:var(--card)}
summary{font-size:.9em}.chart+details{margin-top:.5rem}
.card{border-radius:8px;padding:.7rem .85rem;margin:0 0 .75rem;min-width:0}
.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(19rem,26rem);gap:.75rem;align-items:start}
.columns>*{min-width:0}
.split{gap:.3rem .75rem}
.mark{gap:.35rem}
.mark::before{width:1.3em;height:1.3em;border-radius:3px}
.link::before{content:"";display:inline-block;width:.6em;height:.6em;margin-right:.4em;border-radius:50%;background:var(--pending)}
.link.live::before{background:var(--attached)}.link.lost,.link.refused{color:var(--ink);font-weight:600}.link.lost::before,.link.refused::before{border-radius:0;background:var(--failed)}
.counts{margin-bottom:.75rem}
.filters{display:flex;flex-wrap:wrap;gap:.4rem;align-items:stretch;margin-bottom:.5rem}
.count{display:flex;flex-direction:column;align-items:flex-start;min-width:6.5rem;line-height:1.3}
.count b{font-size:1.35rem;font-weight:650;letter-spacing:-.01em}
.pace{margin:0 0 0 auto;align-self:end;color:var(--muted)}
.bar{display:flex;gap:1px;height:8px;border-radius:4px;overflow:hidden;background:var(--soft)}
.bar i{flex-basis:3px;min-width:3px}
${ROW_STATUSES.map((name) => `.bar .${name}{background:var(--${name})}`).join('')}
button{padding:.2rem .65rem;border-radius:6px}
button[disabled],button[aria-disabled=true]{opacity:.6;cursor:default}
.map{max-height:26rem;margin-top:.5rem;padding:3px;overflow:auto;display:grid;grid-template-columns:repeat(auto-fill,minmax(21rem,1fr));gap:.6rem 1.25rem;align-items:start}
.map>li{min-width:0;content-visibility:auto;contain-intrinsic-size:auto 6rem}
.place{display:grid;grid-template-columns:8rem minmax(3rem,1fr) minmax(10.5rem,auto);gap:.6rem;align-items:center;width:100%;padding:.12rem .4rem;border-color:transparent;background:none;text-align:left}
.place.cen{grid-template-columns:1fr auto;font-weight:600}
.place .name,.place .id{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.tally{display:flex;flex-wrap:wrap;gap:0 .6rem;font-size:.9em}
.tally .mark{gap:.25rem}
.cells{display:flex;flex-wrap:wrap;gap:3px;padding:.15rem .4rem .3rem}
.cells .mark::before{width:1.45em;height:1.45em}
.tools{display:flex;flex:1 1 14rem;justify-content:flex-end;gap:.4rem}
input[type=search]{flex:0 1 20rem;padding:.25rem .6rem;border-radius:6px}
.grid{position:relative;height:26rem;margin-top:.5rem;overflow:auto;border:1px solid var(--line);border-radius:6px;contain:strict}
.body{position:relative}
.row{display:grid;grid-template-columns:4rem minmax(12.5rem,1.6fr) minmax(6rem,1.2fr) 7.2rem 9rem 4rem 5.4rem 8.2rem 4rem minmax(4.5rem,1.4fr);height:30px;align-items:center;border-bottom:1px solid var(--line)}
.row>*{padding:0 .4rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.row.head{position:sticky;top:0;z-index:1;background:var(--card)}
.row.head .id{font:inherit}
.row.head button{width:100%;padding:0;border:0;background:none;color:var(--muted);font-weight:600;text-align:inherit}
[aria-sort] button::after{content:" ↑"}[aria-sort=descending] button::after{content:" ↓"}
.body .row{position:absolute;top:0;left:0;right:0;cursor:pointer}
.body .row:hover{background:var(--soft)}
.grid:focus-visible .row[aria-selected=true]{outline:2px solid var(--link);outline-offset:-2px;background:var(--soft)}
.n{text-align:right}.none{padding:1rem;color:var(--muted)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem .9rem;font-size:.9em}
.chart{min-height:120px;margin-top:.5rem}.chart svg{display:block;width:100%;height:auto}
.parts{max-height:34rem;overflow:auto}
.part{padding:.6rem 0;border-top:1px solid var(--line)}.part:first-of-type{margin-top:.4rem}.part:last-child{padding-bottom:0}
.lines{max-height:14rem;margin:.35rem 0;padding:.5rem .65rem;border-radius:6px}.lines.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
.advice{padding-left:.6rem}
.badge{padding:0 .45rem;font-size:.85em;font-weight:400}
.letters li{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,auto) auto;gap:.6rem;align-items:center;padding:.15rem 0}
.letters li>span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
dialog{width:min(44rem,calc(100vw - 2rem));max-height:calc(100vh - 4rem);padding:1.1rem 1.25rem;border:1px solid var(--line);border-radius:10px;background:var(--card);color:var(--ink);overflow:auto}
dialog::backdrop{background:rgb(0 0 0/.45)}dialog h2{font-size:1.05rem;overflow-wrap:anywhere}dialog ul{margin:.4rem 0;padding-left:1.2rem;list-style:disc}
dialog form{display:flex;justify-content:flex-end;gap:.5rem;margin-top:1rem}
.go{border-color:var(--link);background:var(--link);color:var(--card);font-weight:600}
.facts{display:grid;grid-template-columns:auto 1fr;gap:.15rem .9rem;margin:.75rem 0}.facts dt{color:var(--muted)}.facts dd{margin:0;overflow-wrap:anywhere}
.events{color:var(--muted)}
@media (max-width:1100px){.columns{grid-template-columns:minmax(0,1fr)}}
@media (max-width:760px){.wide{display:none}.row{grid-template-columns:minmax(0,1fr) 8.6rem}.map{grid-template-columns:minmax(0,1fr)}.place{grid-template-columns:7.5rem 1fr}.place .bar{display:none}.count{min-width:5.4rem}.pace{margin-left:0;flex-basis:100%}.grid{height:22rem}}
@media (prefers-reduced-motion:no-preference){.bar i{transition:flex-grow .25s}}
`
