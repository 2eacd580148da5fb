/** Output as a page shows it, compared with output as it is. */

/** Without ports, ids, times, receive counts (the number after a duration) and column widths, which differ from run to run. */
const plain = (line: string): string =>
  line
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID')
    .replace(/\b[0-9a-f]{8}\b/g, 'ID')
    .replace(/\d+\.\d\b(?: +\d+\b)?/g, 'N')
    .replace(/\d+ s\b/g, 'N s')
    .replace(/ +/g, ' ')
    .trim()

const ANY = '…'

/** `…` at the end of a line stands for the rest of it. */
function isLine(shown: string, line: string): boolean {
  const start = plain(shown.replace(/…$/, ''))
  return shown.endsWith(ANY) ? plain(line).startsWith(start) : plain(line) === start
}

/** The first shown lines that the output does not have in this order; none if it is as shown. `…` alone stands for any lines. */
export function missingLines(shown: readonly string[], out: string): readonly string[] {
  const lines = out.replace('\ufeff', '').trimEnd().split('\n')
  const parts: string[][] = [[]]
  for (const line of shown)
    if (line === ANY) parts.push([])
    else parts.at(-1)?.push(line)
  let from = 0
  for (const [index, part] of parts.entries()) {
    const last = lines.length - part.length
    // The first part is at the start, the last one at the end.
    const most = index === 0 ? 0 : last
    let at = index === parts.length - 1 ? Math.max(from, last) : from
    while (at <= most && !part.every((line, offset) => isLine(line, lines[at + offset] ?? ''))) at += 1
    if (at > most) return part
    from = at + part.length
  }
  return []
}
