/** After a full run: writes its figures into docs/reliability.md. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const DOCUMENT = 'docs/reliability.md'

export default function collect(): (() => void) | undefined {
  if (process.env.FAULTS !== 'full') return undefined
  const file = join(mkdtempSync(join(tmpdir(), 'figures-')), 'figures')
  process.env.FIGURES = file
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    if (lines.length === 0) return
    const figures = lines.map((line) => JSON.parse(line) as { name: string; value: number })
    const rows = figures
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ name, value }) => `| ${name} | ${value.toLocaleString('en')} |`)
    const table = ['| what | how many |', '|---|---|', ...rows].join('\n')
    const text = readFileSync(DOCUMENT, 'utf8')
    writeFileSync(DOCUMENT, text.replace(/(<!-- figures -->)[\s\S]*(<!-- \/figures -->)/, `$1\n${table}\n$2`))
  }
}
