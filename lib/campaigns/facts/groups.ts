/** The rows of a record in groups: by area, by failure, by the account that must grant. */
import type { GrantLine, RecordedRow } from '../record.js'
import { doneDurations, quantile } from './done-durations.js'
import { countStatuses, type StatusCounts } from './row-status.js'

interface RowGroup<T = RecordedRow> {
  readonly name: string
  readonly rows: readonly T[]
}

export function groupBy<T>(rows: readonly T[], nameOf: (row: T) => string): RowGroup<T>[] {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const name = nameOf(row)
    const group = groups.get(name)
    if (group) group.push(row)
    else groups.set(name, [row])
  }
  return [...groups].map(([name, members]) => ({ name, rows: members }))
}

/** The largest group first, groups of the same size by name. */
export const groupBySize = <T>(rows: readonly T[], nameOf: (row: T) => string): RowGroup<T>[] =>
  groupBy(rows, nameOf).sort(
    (one, other) => other.rows.length - one.rows.length || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0),
  )

/** The owner of a row whose request names none: the child instance belongs to the account of the CEN. */
export const SAME_OWNER = "the CEN's own account"

/** The areas by which reports count outcomes. */
export const AREAS: readonly { readonly title: string; readonly nameOf: (row: RecordedRow) => string }[] = [
  { title: 'region', nameOf: ({ attachment }) => attachment.childInstanceRegionId },
  { title: 'CEN', nameOf: ({ attachment }) => attachment.cenId },
  { title: 'owner', nameOf: ({ attachment }) => attachment.childInstanceOwnerId ?? SAME_OWNER },
]

export interface AreaTotals {
  readonly name: string
  readonly rows: number
  readonly counts: StatusCounts
  readonly medianMs: number | undefined
  readonly slowMs: number | undefined
}

/** Largest area first. `slowMs` is the 90th percentile of the durations. */
export function totalsByArea(rows: readonly RecordedRow[], nameOf: (row: RecordedRow) => string): AreaTotals[] {
  return groupBySize(rows, nameOf).map(({ name, rows: members }) => {
    const durations = doneDurations(members)
    const [medianMs, slowMs] = [quantile(durations, 0.5), quantile(durations, 0.9)]
    return { name, rows: members.length, counts: countStatuses(members), medianMs, slowMs }
  })
}

export interface FailureGroup extends RowGroup {
  readonly kind: string
  readonly advice: string
  /** The distinct messages, most frequent first. */
  readonly messages: readonly { readonly text: string; readonly rows: number }[]
}

/** Failed rows by code, most frequent first. */
export function failuresOf(rows: readonly RecordedRow[]): FailureGroup[] {
  const failed = rows.filter(({ outcome }) => outcome === 'failed')
  return groupBySize(failed, ({ error }) => error?.code ?? 'no code').map((group) => ({
    ...group,
    kind: group.rows[0]?.error?.kind ?? 'unknown',
    advice: group.rows[0]?.error?.advice ?? '',
    messages: groupBySize(group.rows, ({ error }) => error?.message ?? '').map(({ name, rows: { length } }) => ({
      text: name,
      rows: length,
    })),
  }))
}

export interface OwnerGrants {
  /** Absent if the rows name no owner, or if the worker's own account lacks a permission. */
  readonly ownerId?: string
  readonly isWorkerAccount: boolean
  readonly rows: readonly RecordedRow[]
  /** Commands for the `aliyun` CLI, each once. */
  readonly commands: readonly string[]
  /** What to do for rows without a command, each once. */
  readonly sentences: readonly string[]
}

/** A command that is safe to copy into a shell: `aliyun` and plain words only. */
const PLAIN_COMMAND = /^aliyun(?: [A-Za-z0-9._:=-]+)+$/

const grantOf = ({ grant, attachment, error, preflight }: RecordedRow): GrantLine => {
  if (grant) return grant
  const { childInstanceOwnerId: ownerId } = attachment
  const sentence = error?.advice ?? preflight?.reasons.at(-1) ?? ''
  return { ...(ownerId !== undefined && { ownerId }), sentence }
}

/** Whether RAM refuses the worker's own call, which no owner can correct. */
const isWorkerAccount = ({ error }: RecordedRow): boolean => error?.kind === 'unauthorized'
const WORKER_ACCOUNT = 'worker'

/** The missing grants by the account that must make them: of parked rows, and of rows of a dry run. */
export function grantsOf(rows: readonly RecordedRow[]): OwnerGrants[] {
  const parked = rows.filter(
    ({ outcome, preflight }) => outcome === 'grant-required' || preflight?.would === 'wait-for-grant',
  )
  const accountOf = (row: RecordedRow) =>
    isWorkerAccount(row) ? WORKER_ACCOUNT : (grantOf(row).ownerId ?? row.attachment.childInstanceOwnerId ?? '')
  return groupBySize(parked, accountOf).map(({ name, rows: members }) => {
    const lines = members.map(grantOf)
    const copyable = (command: string | undefined): command is string => PLAIN_COMMAND.test(command ?? '')
    const sentences = lines.filter(({ command }) => !copyable(command)).map(({ sentence }) => sentence)
    return {
      ...(name !== '' && name !== WORKER_ACCOUNT && { ownerId: name }),
      isWorkerAccount: name === WORKER_ACCOUNT,
      rows: members,
      commands: [...new Set(lines.map(({ command }) => command).filter(copyable))],
      sentences: [...new Set(sentences)].filter((sentence) => sentence !== ''),
    }
  })
}

/** The account of a group of missing grants, as a heading. */
export const accountName = ({ ownerId, isWorkerAccount: isWorker }: OwnerGrants): string =>
  isWorker ? 'The account of the worker' : ownerId === undefined ? 'Account not named' : `Account ${ownerId}`
