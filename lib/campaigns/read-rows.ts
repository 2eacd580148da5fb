/** Reads the rows of a CSV, JSON or JSON Lines text. */
import { parse } from 'csv-parse/sync'
import { FIELD_NAMES, fieldOf } from '../domain/messages/request-schema.js'
import { valueOfText } from '../domain/options/text.js'
import { isRecord } from '../domain/record.js'
import { REPORT_COLUMNS, unguardCell } from './csv-cells.js'
import type { Row, RowFault } from './plan.js'

/** The rows that are JSON objects or CSV records, and the faults of the others. */
interface RowReading {
  readonly rows: readonly Row[]
  readonly faults: readonly RowFault[]
}

/** The first character gives the format: `[` a JSON array, `{` JSON Lines or one object, anything else CSV. */
export function readRows(text: string): RowReading {
  const first = text.trimStart()[0]
  const reading = first === '[' ? readJsonArray(text) : first === '{' ? readJsonLines(text) : readCsv(text)
  return reading.rows.length + reading.faults.length === 0 ? unreadable('has no rows') : reading
}

function readJsonArray(text: string): RowReading {
  try {
    const items = JSON.parse(text) as unknown[]
    return collect(items.map((value, index) => ({ where: `item ${index + 1}`, value })))
  } catch (error) {
    return unreadable(`is not JSON: ${(error as Error).message}`)
  }
}

function readJsonLines(text: string): RowReading {
  const whole = tryJson(text)
  if (whole.ok) return collect([{ where: 'line 1', value: whole.value }])
  const lines = text.split(/\r?\n/).map((line, index) => ({ where: `line ${index + 1}`, line }))
  return collect(
    lines
      .filter(({ line }) => line.trim() !== '')
      .map(({ where, line }) => {
        const read = tryJson(line)
        return read.ok
          ? { where, value: read.value }
          : { where, value: undefined, message: `is not JSON: ${read.message}` }
      }),
  )
}

interface CsvRecord {
  readonly record: readonly string[]
  readonly raw: string
  readonly info: { readonly lines: number }
}

/** RFC 4180, with comma, semicolon or tab. Empty cells and the columns of a report are left out. */
function readCsv(text: string): RowReading {
  const header = text.slice(0, text.search(/[\r\n]|$/))
  const delimiter = [',', ';', '\t'].find((mark) => header.includes(mark)) ?? ','
  let records: CsvRecord[]
  try {
    const options = { delimiter, info: true, raw: true, relaxColumnCount: true, skipEmptyLines: true, trim: true }
    records = parse(text, options) as unknown as CsvRecord[]
  } catch (error) {
    return unreadable(`is not CSV: ${(error as Error).message}`)
  }
  const [names, ...rows] = records
  if (!names) return { rows: [], faults: [] }
  const faults = headerFaults(names.record)
  if (faults.length > 0) return { rows: [], faults }
  const width = names.record.length
  const columns = Object.fromEntries(names.record.map((name, index) => [name, index + 1]))
  return collect(
    rows.map(({ record, raw, info }) => {
      const where = `line ${info.lines - raw.trim().split('\n').length + 1}`
      if (record.length !== width)
        return { where, value: undefined, message: `has ${record.length} cells, the header has ${width}` }
      const cells = record.flatMap((cell, index) => {
        const name = names.record[index] ?? ''
        return cell === '' || isReportColumn(name) ? [] : [[name, toValue(name, cell)] as const]
      })
      const value = Object.fromEntries(cells)
      return { where, value, columns }
    }),
  )
}

/** A wrong header would be a fault of every row; it is reported once. */
function headerFaults(names: readonly string[]): RowFault[] {
  const fields = names.map(fieldOf)
  const unknown = names.flatMap((name, index) =>
    fields[index] !== undefined || isReportColumn(name) ? [] : [{ name, column: index + 1 }],
  )
  const repeated = names.flatMap((name, index) => {
    const first = names.indexOf(name)
    return first < index && fields[index] !== undefined ? [{ name, column: index + 1, first: first + 1 }] : []
  })
  const missing = REQUIRED_COLUMNS.filter((name) => !fields.includes(name))
  const FIELDS = `the fields are ${FIELD_NAMES.join(', ')}`
  const fault = (message: string) => ({ where: 'line 1', path: '$', message })
  return [
    ...unknown.map(({ name, column }) =>
      fault(`column ${column}, "${name.slice(0, 64)}", is not a field of a request; ${FIELDS}`),
    ),
    ...repeated.map(({ name, column, first }) => fault(`column ${column}, "${name}", is column ${first} again`)),
    ...missing.map((name) => fault(`there is no column ${name}`)),
  ]
}

const REQUIRED_COLUMNS = ['cenId', 'childInstanceId', 'childInstanceRegionId'] as const

const isReportColumn = (name: string): boolean => REPORT_COLUMNS.some((column) => column === name)

/** A cell as the value of its field. */
function toValue(name: string, cell: string): unknown {
  const field = fieldOf(name)
  const text = unguardCell(cell)
  return field === undefined ? text : valueOfText(field, text)
}

interface Candidate {
  readonly where: string
  readonly value: unknown
  readonly columns?: Readonly<Record<string, number>>
  readonly message?: string
}

function collect(candidates: readonly Candidate[]): RowReading {
  const rows: Row[] = []
  const faults: RowFault[] = []
  for (const { where, value, columns, message = 'must be a JSON object' } of candidates) {
    if (isRecord(value)) rows.push({ where, fields: value, ...(columns && { columns }) })
    else faults.push({ where, path: '$', message })
  }
  return { rows, faults }
}

const unreadable = (message: string): RowReading => ({ rows: [], faults: [{ where: 'the file', path: '$', message }] })

function tryJson(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    return { ok: false, message: (error as Error).message }
  }
}
