/** HTML templates: every value is escaped unless it is markup already. */

/** HTML text; only `html` and `raw` make it. */
export class Markup {
  constructor(readonly text: string) {}
}

type Piece = Markup | string | number | false | undefined | readonly Piece[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe as text and in a quoted attribute. Control characters that HTML does not allow become U+FFFD. */
const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')

function write(piece: Piece): string {
  if (piece === undefined || piece === false) return ''
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'object') return piece.map(write).join('')
  return escapeHtml(String(piece))
}

export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + write(pieces[index - 1]) + string))
}

/** Marks text as safe: only for the output of a renderer, and for constants. */
export const raw = (text: string): Markup => new Markup(text)
