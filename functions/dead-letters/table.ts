/** Dead letters as tables and texts. Control characters of foreign texts are escaped. */
import { plainTable } from '../../lib/campaigns/plain-table.js'
import type { DeadLetterView } from '../../lib/dead-letters/dead-letter-view.js'
import { deadLetterFacts, type GroupFacts } from '../../lib/dead-letters/facts.js'
import { type FacetName, facetOf } from '../../lib/dead-letters/groups.js'
import type { PlanTimes } from '../../lib/dead-letters/redrive-plan.js'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/domain/clock.js'
import { escapeControls } from '../../lib/domain/foreign-text.js'

const UNITS: readonly [name: string, ms: number][] = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['min', MINUTE_MS],
  ['s', SECOND_MS],
]

/** `3 d`, `5 h`, `12 min` or `40 s`: the largest unit that fits at least twice, to keep the rounding small. */
export function ageText(ms: number): string {
  const [name, unit] = UNITS.find(([, one]) => ms >= 2 * one) ?? ['s', SECOND_MS]
  return `${Math.max(0, Math.floor(ms / unit))} ${name}`
}

/** The prefix of a message id that commands accept. */
export const shortId = (deadLetter: DeadLetterView): string => deadLetter.messageId.slice(0, 8)

export const networkOf = ({ attachment: { cenId, childInstanceId } }: DeadLetterView): string =>
  cenId || childInstanceId ? `${cenId ?? '?'}/${childInstanceId ?? '?'}` : '(unreadable)'

function table(head: readonly string[], right: readonly string[], rows: readonly string[][]): string {
  const cells = rows.map((row) => row.map((cell) => escapeControls(cell)))
  return plainTable(
    head,
    cells,
    head.map((name) => (right.includes(name) ? 'right' : 'left')),
  )
}

const MAX_CODES = 3

/** A line for each group. Without the facet `code` it has the most frequent codes. */
export function groupTable(groups: readonly GroupFacts[], by: readonly FacetName[], nowMs: number): string {
  const withCodes = !by.includes('code')
  const head = [...by, 'messages', 'redrivable', 'oldest', 'newest', ...(withCodes ? ['codes'] : [])]
  const rows = groups.map(({ key, messages, redrivable, oldestAtMs, newestAtMs, codes }) => [
    ...by.map((name) => key[name] ?? ''),
    String(messages),
    String(redrivable),
    ageText(nowMs - oldestAtMs),
    ageText(nowMs - newestAtMs),
    ...(withCodes ? [codesText(codes)] : []),
  ])
  return table(head, ['messages', 'redrivable', 'oldest', 'newest'], rows)
}

function codesText(codes: Readonly<Record<string, number>>): string {
  const all = Object.entries(codes)
  const named = all.slice(0, MAX_CODES).map(([code, count]) => `${count} ${code}`)
  return all.length > MAX_CODES ? `${named.join(', ')} and ${all.length - MAX_CODES} more` : named.join(', ')
}

/** A line for each dead letter. */
export function deadLetterTable(deadLetters: readonly DeadLetterView[], nowMs: number): string {
  const head = ['id', 'cen/child instance', 'region', 'owner', 'campaign', 'code', 'age']
  const rows = deadLetters.map((deadLetter) => [
    shortId(deadLetter),
    networkOf(deadLetter),
    deadLetter.attachment.childInstanceRegionId ?? '',
    deadLetter.attachment.childInstanceOwnerId ?? '',
    deadLetter.campaignId ?? '',
    facetOf(deadLetter, 'code'),
    ageText(nowMs - deadLetter.sentAtMs),
  ])
  return table(head, ['age'], rows)
}

/** The advice by code, each once. */
export function adviceText(groups: readonly GroupFacts[]): string {
  const advice = new Map(groups.flatMap((group) => Object.entries(group.advice)))
  return [...advice].map(([code, text]) => `  ${escapeControls(code)}: ${escapeControls(text)}`).join('\n')
}

/** Attributes that have a line of their own. */
const NAMED_ATTRIBUTES = new Set(['reason', 'errorCode', 'errorKind', 'advice', 'requestId', 'requestedAt'])

/** One dead letter in full: facts, advice, what a redrive would do, attributes, body. */
export function deadLetterText(deadLetter: DeadLetterView, times: PlanTimes): string {
  const { redrive, deadLetteredAt, requestedAt } = deadLetterFacts(deadLetter, times)
  const age = (ms: number) => ageText(times.nowMs - ms)
  const others = Object.entries(deadLetter.attributes).filter(
    ([name]) => !NAMED_ATTRIBUTES.has(name) && (name !== 'senderId' || deadLetter.refusedSenderId === undefined),
  )
  const lines: [name: string, text: string | undefined][] = [
    ['origin', deadLetter.sourceArn ? `${deadLetter.origin}, from ${deadLetter.sourceArn}` : deadLetter.origin],
    ['reason', deadLetter.reason],
    ['code', deadLetter.code && `${deadLetter.code} (${deadLetter.kind})`],
    [
      'refused',
      deadLetter.refusedSenderId &&
        `${deadLetter.refusedSenderId}; a redrive has the sender of the redrive's credentials`,
    ],
    ['advice', deadLetter.advice],
    [
      'redrive',
      redrive.possible
        ? `can be sent with redriveCount ${redrive.redriveCount}, in group ${redrive.groupId}`
        : `cannot be sent unchanged: ${redrive.why}; ${redrive.todo}`,
    ],
    ['here since', `${deadLetteredAt}, ${age(deadLetter.sentAtMs)}`],
    ['requested', requestedAt],
    ['receives', `${deadLetter.receiveCount}, including readings like this one`],
    ['sent by', deadLetter.senderId],
    ['group', deadLetter.groupId],
    ['request', deadLetter.requestId],
    ['campaign', deadLetter.campaignId],
    ...others.map(([name, text]): [string, string] => [`[${name}]`, text]),
  ]
  const width = Math.max(...lines.map(([name]) => escapeControls(name).length))
  const present = lines.flatMap(([name, text]) =>
    text ? [`  ${escapeControls(name).padEnd(width)}  ${escapeControls(text)}`] : [],
  )
  return [
    `${deadLetter.messageId}  ${networkOf(deadLetter)}`,
    ...present,
    `  body, ${deadLetter.body.length} characters:`,
    indent(deadLetter.body),
  ].join('\n')
}

const indent = (body: string): string =>
  escapeControls(body, true)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
