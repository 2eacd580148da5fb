/** A page that looks as a terminal does. */
import { html, raw } from '../../../lib/campaigns/reports/html/template.js'

const STYLE = `
body{margin:0;background:#14161a;color:#d7dae0}
pre{margin:0;padding:22px 26px;font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap}
.prompt{color:#8b919d}.attached,.detached{color:#7bd88f}.failed{color:#ff7b72}.grant-required{color:#e8c15a}.pending{color:#8b919d}`

/** `paint` of the text is \\u0001 NAME \\u0002 TEXT \\u0003. */
export function terminalPage(command: string, text: string): string {
  const parts = text.split(/\u0001([\w-]+)\u0002([^\u0003]*)\u0003/)
  const painted = parts.map((part, index) => {
    if (index % 3 === 1) return ''
    return index % 3 === 2 ? html`<span class="${parts[index - 1]}">${part}</span>` : part
  })
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><style>${raw(STYLE)}</style></head>
<body><pre><span class="prompt">$</span> ${command}
${painted}</pre></body></html>`.text
}
