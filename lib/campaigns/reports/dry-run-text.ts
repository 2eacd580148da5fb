/** A dry run as text: what would be done with each row, with its calls in order, and a line of counts. */
import type { PlannedCall } from '../../domain/messages/result.js'
import { isRecord } from '../../domain/record.js'
import { count, number } from '../facts/format.js'
import { detailFacts } from '../facts/row-details.js'
import { statusOf } from '../facts/row-status.js'
import type { Paint } from '../outcome-table.js'
import type { RecordedRow } from '../record.js'

interface Change {
  readonly sign: string
  /** `+ attach vpc-1 to cen-1` */
  readonly verb: string
  readonly preposition: string
  /** In the line of counts. */
  readonly counted: string
  readonly colour: Parameters<Paint>[0]
  /** Counted only if there are any. */
  readonly rare?: boolean
}

const CHANGES = {
  attach: { sign: '+', verb: 'attach', preposition: 'to', counted: 'to attach', colour: 'attached' },
  route: { sign: '~', verb: 'route', preposition: 'in', counted: 'to route', colour: 'grant-required', rare: true },
  detach: { sign: '-', verb: 'detach', preposition: 'from', counted: 'to detach', colour: 'failed' },
  adopt: { sign: '=', verb: 'leave', preposition: 'as it is for', counted: 'already so', colour: 'pending' },
  'wait-for-grant': {
    sign: '?',
    verb: 'wait for a grant of',
    preposition: 'for',
    counted: 'to wait for a grant',
    colour: 'grant-required',
    rare: true,
  },
  refuse: { sign: '!', verb: 'refuse', preposition: 'for', counted: 'refused', colour: 'failed' },
  failed: { sign: '!', verb: 'fail with', preposition: 'for', counted: 'failed', colour: 'failed', rare: true },
  open: {
    sign: '…',
    verb: 'no answer for',
    preposition: 'in',
    counted: 'without an answer',
    colour: 'pending',
    rare: true,
  },
} as const satisfies Readonly<Record<string, Change>>

type ChangeName = keyof typeof CHANGES

/** The calls that make an attachment; a plan without one only routes an attachment that exists. */
const ATTACHES = /^(?:AttachCenChildInstance|CreateTransitRouterV(?:pc|br)Attachment)$/

function changeOf(row: RecordedRow): ChangeName {
  const { would, plan = [] } = row.preflight ?? {}
  if (would === undefined) return statusOf(row) === 'failed' ? 'failed' : 'open'
  const routes = would === 'attach' && plan.length > 0 && !plan.some(({ operation }) => ATTACHES.test(operation))
  return routes ? 'route' : would
}

/** `12 rows: 9 to attach, 1 to detach, 1 already so, 1 refused`. */
export function dryRunTotals(rows: readonly RecordedRow[]): string {
  const counts = new Map<ChangeName, number>()
  for (const row of rows) counts.set(changeOf(row), (counts.get(changeOf(row)) ?? 0) + 1)
  const parts = (Object.keys(CHANGES) as ChangeName[]).flatMap((name) => {
    const change: Change = CHANGES[name]
    const many = counts.get(name) ?? 0
    return many === 0 && change.rare ? [] : [`${number(many)} ${change.counted}`]
  })
  return `${count(rows.length, 'row')}: ${parts.join(', ')}`
}

/** The rows in the order of the file. */
export const dryRunText = (rows: readonly RecordedRow[], paint: Paint): string =>
  rows.map((row) => rowText(row, paint)).join('\n')

function rowText(row: RecordedRow, paint: Paint): string {
  const { attachment, preflight, error, line } = row
  const { cenId, childInstanceId, childInstanceRegionId, childInstanceOwnerId: owner } = attachment
  const { sign, verb, preposition, colour }: Change = CHANGES[changeOf(row)]
  const about = [line, childInstanceRegionId, ...(owner === undefined ? [] : [`account ${owner}`])].join(', ')
  const head = `${paint(colour, `${sign} ${verb}`)} ${childInstanceId} ${preposition} ${cenId}  (${about})`
  const facts = detailFacts(row.details).map(([label, text]) => `${label}: ${text}`)
  const reasons = error ? [`${error.code}: ${error.message}`, error.advice] : (preflight?.reasons ?? [])
  // Of a refused row no call would be made; the reasons say what is in the way.
  const plan = preflight?.would === 'refuse' ? [] : (preflight?.plan ?? [])
  const more = [...plan.flatMap(callLines), ...facts, ...reasons]
  return [head, ...more.map((one) => `    ${one}`)].join('\n')
}

const callLines = ({ operation, parameters }: PlannedCall, index: number): string[] => [
  `${index + 1}. ${operation}`,
  ...Object.entries(parameters).map(([name, value]) => `     ${name} = ${valueText(value)}`),
]

/** A zone mapping is `zone=vSwitch`, as a CSV file has it. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (isRecord(value) && typeof value.ZoneId === 'string' && typeof value.VSwitchId === 'string')
    return `${value.ZoneId}=${value.VSwitchId}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
