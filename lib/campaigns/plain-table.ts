/** Tables of text for a terminal, without lines between the cells. */
import Table from 'cli-table3'

export type Align = 'left' | 'right'

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((name) => [name, '']),
)
const CHARS = { ...NO_LINES, middle: '  ' }

/** One line of text for each row; no line ends in blanks. Every column is aligned left unless `aligns` says otherwise. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly Align[] = head.map(() => 'left'),
): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 }
  const table = new Table({ head: [...head], chars: CHARS, style, colAligns: [...aligns] })
  for (const row of rows) table.push([...row])
  return table.toString().replace(/ +$/gm, '')
}
