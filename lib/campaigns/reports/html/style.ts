/** The styles that the report and the console share, and the style of the report. */
import { ROW_STATUSES } from '../../facts/row-status.js'

const SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif'

/** Colours in light and dark, fonts, and status marks. Status colours differ in lightness, for colour-blind readers. */
export const BASE_STYLE = `:root{color-scheme:light dark;--ground:#f5f5f2;--card:#fff;--ink:#1a1d23;--muted:#5b626d;--line:#dfe0dc;--soft:#f0f0ec;--link:#1f5fa8;
--attached:#2b6cb0;--detached:#2c7a7b;--failed:#a8320b;--grant-required:#cf9a16;--preflight:#7a5bbd;--pending:#8d949f;--unsent:#c3c7cd}
@media (prefers-color-scheme:dark){:root{--ground:#121418;--card:#1a1d23;--ink:#e8eaee;--muted:#a0a7b3;--line:#31363f;--soft:#22262d;--link:#7db4f0;
--attached:#5b9fe3;--detached:#4fb8b0;--failed:#e8622c;--grant-required:#f2cf63;--preflight:#a98ce2;--pending:#7c8491;--unsent:#4b525d}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font-family:${SANS};font-variant-numeric:tabular-nums}
h3{margin:0;overflow-wrap:anywhere}
a,summary{color:var(--link)}summary{cursor:pointer}
.muted,small{color:var(--muted)}
code,pre,.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.card{background:var(--card);border:1px solid var(--line)}
.split{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center}
.mark{display:inline-flex;align-items:center;white-space:nowrap}
.mark::before{content:attr(data-glyph);display:inline-grid;place-items:center;flex:none;color:var(--card);font-size:.8em;font-weight:800;line-height:1}
${ROW_STATUSES.map((name) => `.mark.${name}::before{background:var(--${name})}`).join('')}.mark.unsent::before{color:var(--ink)}
.advice{border-left:3px solid var(--grant-required);overflow-wrap:anywhere}
.badge{border:1px solid var(--line);border-radius:99px;color:var(--muted);white-space:nowrap}
.lines{overflow:auto;background:var(--soft);line-height:1.6;white-space:pre}
button,input{font:inherit;color:inherit}
button{border:1px solid var(--line);background:var(--card);cursor:pointer}
button:hover{border-color:var(--muted)}
button[aria-pressed=true]{border-color:var(--ink);box-shadow:inset 0 0 0 1px var(--ink)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
input[type=search]{min-width:0;border:1px solid var(--muted);background:var(--card)}
`

export const PAGE_STYLE = `
${BASE_STYLE}html{scroll-padding-top:1rem}
body{font-size:15px;line-height:1.5}
main,header,footer,nav{max-width:1152px;margin:0 auto;padding:0 1rem}
header{padding-top:2.5rem}
h1{margin:.1rem 0 .4rem;font-size:clamp(1.6rem,1.2rem + 2vw,2.4rem);line-height:1.15;letter-spacing:-.02em;font-weight:680;overflow-wrap:anywhere}
h2{margin:2.5rem 0 .25rem;font-size:1.25rem;letter-spacing:-.01em;line-height:1.3}
h3{font-size:1rem;line-height:1.35}
p{margin:.35rem 0}
.eyebrow{margin:0;color:var(--muted);font-size:.8rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase}
.lead{font-size:1.1rem;max-width:60ch}
.note{color:var(--muted);font-size:.875rem;max-width:80ch}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;padding-top:.75rem;font-size:.9rem}
code,pre,.id{font-size:.85em}
.id{white-space:nowrap}
.card{border-radius:10px;padding:1rem 1.15rem;margin:.75rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.4rem,1fr));gap:.9rem 1.5rem;margin:1.1rem 0 0}
.figures div{min-width:0}
.figures dt{color:var(--muted);font-size:.85rem}
.figures dd{margin:0;font-size:1.5rem;font-weight:650;letter-spacing:-.01em;line-height:1.25}
.figures dd small{display:block;font-size:.8rem;font-weight:400;letter-spacing:0}
.mark{gap:.4rem}
.mark::before{width:1.15em;height:1.15em;border-radius:4px}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.6rem 0 0;padding:0;list-style:none;font-size:.9rem}
figure{margin:0}
figure svg{display:block;width:100%;height:auto}
figure .narrow{display:none}
figcaption{margin-bottom:.6rem}
.three{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:.75rem}
.three .card{margin:0;min-width:0}
details{margin-top:.7rem}
summary{font-size:.9rem}
.scroll{overflow-x:auto}
.lines{max-height:22rem;margin:.6rem 0 0;padding:.75rem .9rem;border-radius:8px;tab-size:2}
.part{padding:.75rem 0;border-top:1px solid var(--line)}.part:first-child{padding-top:0;border-top:0}.part:last-child{padding-bottom:0}.part details{margin-top:.35rem}
.split{gap:.4rem 1rem}
.badge{display:inline-block;padding:.05rem .5rem;font-size:.8rem}
.advice{padding-left:.75rem;margin:.6rem 0}
.message{overflow-wrap:anywhere;color:var(--muted)}
.some{margin:.4rem 0 0;padding-left:1.1rem;columns:18rem;font-size:.9rem}
button{padding:.3rem .75rem;border-radius:7px}
input[type=search]{flex:1 1 14rem;padding:.4rem .7rem;border-radius:7px}
.tools{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.75rem 0}
[hidden],.scripted .rest{display:none!important}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{padding:.35rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{color:var(--muted);font-weight:600;white-space:nowrap}
th button{padding:0;border:0;background:none;font-weight:600}
th button::after{content:"";display:inline-block;width:1em}
th[aria-sort=ascending] button::after{content:" ↑"}
th[aria-sort=descending] button::after{content:" ↓"}
.n{text-align:right;white-space:nowrap}
.line{white-space:nowrap}
tbody tr:hover{background:var(--soft)}
.error{min-width:14rem}.error code{overflow-wrap:anywhere}
.error small{display:block;max-width:15rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.error small:focus,.error:hover small{white-space:normal;overflow-wrap:anywhere}
footer{padding-block:2.5rem;color:var(--muted);font-size:.85rem}
@media (max-width:640px){.figures dd{font-size:1.25rem}figure .wide{display:none}figure .narrow{display:block}.small-off{display:none}th,td{padding:.35rem .4rem}.card{padding:.85rem .9rem}
#rows .id{white-space:normal;overflow-wrap:anywhere}.error{min-width:9rem}.error small{max-width:9rem}}
@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--muted:#444;--line:#ccc;--soft:#f6f6f6;--attached:#2b6cb0;--detached:#2c7a7b;--failed:#a8320b;--grant-required:#cf9a16;--preflight:#7a5bbd;--pending:#8d949f;--unsent:#c3c7cd}
body{font-size:10.5pt}header{padding-top:0}nav,.tools,button,summary{display:none!important}.card{break-inside:avoid}.long{break-inside:auto}h2{break-after:avoid}
th button{display:inline!important}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}.lines{max-height:none;white-space:pre-wrap;overflow-wrap:anywhere}thead{display:table-header-group}tr{break-inside:avoid}.scroll{overflow:visible}#rows{font-size:7pt}#rows .id{white-space:normal;overflow-wrap:anywhere}.error{min-width:0}}
`
