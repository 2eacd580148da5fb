/** The rows of a record in the groups that somebody acts on: places, failures, owners. */
import type { GrantLine, RecordedRow } from '../record.js'
import { attachDurations, quantile } from './attach-durations.js'
import { countStatuses, type StatusCounts } from './row-status.js'

export interface RowGroup<T = RecordedRow> {
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

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
/** The largest first. */
const bySize = (one: RowGroup, other: RowGroup): number =>
  other.rows.length - one.rows.length || compareText(one.name, other.name)

/** Where the child is the CEN's own account's, a request names no owner. */
export const SAME_OWNER = "the CEN's own account"

/** The places by which outcomes are told. */
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

/** Most rows first. `slowMs` is what 9 of 10 did not exceed. */
export function totalsByArea(rows: readonly RecordedRow[], nameOf: (row: RecordedRow) => string): AreaTotals[] {
  return groupBy(rows, nameOf)
    .sort(bySize)
    .map(({ name, rows: members }) => {
      const times = attachDurations(members)
      const [medianMs, slowMs] = [quantile(times, 0.5), quantile(times, 0.9)]
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
  return groupBy(failed, ({ error }) => error?.code ?? 'no code')
    .sort(bySize)
    .map((group) => ({
      ...group,
      kind: group.rows[0]?.error?.kind ?? 'unknown',
      advice: group.rows[0]?.error?.advice ?? '',
      messages: groupBy(group.rows, ({ error }) => error?.message ?? '')
        .sort(bySize)
        .map(({ name, rows: { length } }) => ({ text: name, rows: length })),
    }))
}

export interface OwnerGrants {
  /** Absent where the rows name no owner, and where it is the worker's own account that lacks a permission. */
  readonly ownerId?: string
  readonly isWorkerAccount: boolean
  readonly rows: readonly RecordedRow[]
  /** Lines for the `aliyun` CLI, each once. */
  readonly commands: readonly string[]
  /** What is to be done where there is no such line, each once. */
  readonly sentences: readonly string[]
}

/** A line that may be copied into a shell: an `aliyun` call, and nothing that a shell reads as more than words. */
const PLAIN_COMMAND = /^aliyun(?: [A-Za-z0-9._:=-]+)+$/

const grantOf = ({ grant, attachment, error, preflight }: RecordedRow): GrantLine => {
  if (grant) return grant
  const { childInstanceOwnerId: ownerId } = attachment
  const sentence = error?.advice ?? preflight?.reasons.at(-1) ?? ''
  return { ...(ownerId !== undefined && { ownerId }), sentence }
}

/** RAM refuses the worker's own call: no owner can mend that. */
const isWorkerAccount = ({ error }: RecordedRow): boolean => error?.kind === 'unauthorized'
const WORKER_ACCOUNT = 'worker'

/** The grants still missing, by the account that must make them: what is parked for one, and what a dry run saw. */
export function grantsOf(rows: readonly RecordedRow[]): OwnerGrants[] {
  const parked = rows.filter(
    ({ outcome, preflight }) => outcome === 'grant-required' || preflight?.would === 'wait-for-grant',
  )
  return groupBy(parked, (row) =>
    isWorkerAccount(row) ? WORKER_ACCOUNT : (grantOf(row).ownerId ?? row.attachment.childInstanceOwnerId ?? ''),
  )
    .sort(bySize)
    .map(({ name, rows: members }) => {
      const lines = members.map(grantOf)
      const copyable = (command: string | undefined): command is string => PLAIN_COMMAND.test(command ?? '')
      return {
        ...(name !== '' && name !== WORKER_ACCOUNT && { ownerId: name }),
        isWorkerAccount: name === WORKER_ACCOUNT,
        rows: members,
        commands: [...new Set(lines.map(({ command }) => command).filter(copyable))],
        sentences: [
          ...new Set(lines.filter(({ command }) => !copyable(command)).map(({ sentence }) => sentence)),
        ].filter((sentence) => sentence !== ''),
      }
    })
}
