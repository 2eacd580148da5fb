/** Dead letters as tables and texts, for people. Nothing of a foreign body reaches a terminal as a control sequence. */
import Table from 'cli-table3'
import { PLAIN_CHARS } from '../campaigns/outcome-table.js'
import { escapeControls } from '../domain/foreign-text.js'
import type { DeadLetterView } from './dead-letter-view.js'
import { deadLetterFacts, type GroupFacts } from './facts.js'
import { type FacetName, facetOf } from './groups.js'
import type { PlanTimes } from './redrive-plan.js'

const UNITS: readonly [name: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
]

/** `3 d`, `5 h`, `12 min` or `40 s`: the largest unit that fits twice, so that little is rounded away. */
export function ageText(ms: number): string {
  const [name, unit] = UNITS.find(([, one]) => ms >= 2 * one) ?? ['s', 1_000]
  return `${Math.max(0, Math.floor(ms / unit))} ${name}`
}

/** The first characters of a message id, enough to name it in a command. */
export const shortId = (deadLetter: DeadLetterView): string => deadLetter.messageId.slice(0, 8)

export const networkOf = ({ attachment: { cenId, childInstanceId } }: DeadLetterView): string =>
  cenId || childInstanceId ? `${cenId ?? '?'}/${childInstanceId ?? '?'}` : '(unreadable)'

function table(head: readonly string[], right: readonly string[], rows: readonly string[][]): string {
  const drawn = new Table({
    head: [...head],
    chars: PLAIN_CHARS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((name) => (right.includes(name) ? 'right' : 'left')),
  })
  for (const row of rows) drawn.push(row.map((cell) => escapeControls(cell)))
  return drawn.toString().replace(/ +$/gm, '')
}

const MAX_CODES = 3

/** A line for each group. Where codes are not what it is grouped by, the most frequent are named. */
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

/** A line for each letter. */
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

/** All advice, each piece once, by code. */
export function adviceText(groups: readonly GroupFacts[]): string {
  const advice = new Map(groups.flatMap((group) => Object.entries(group.advice)))
  return [...advice].map(([code, text]) => `  ${escapeControls(code)}: ${escapeControls(text)}`).join('\n')
}

/** Attributes that stand above the others under a name of their own. */
const NAMED_ATTRIBUTES = new Set(['reason', 'errorCode', 'errorKind', 'advice', 'requestId', 'requestedAt'])

/** One letter in full: what it is, what to do, what a redrive would do, its attributes, its body. */
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
        `${deadLetter.refusedSenderId}; a redrive is judged in the name of whoever redrives`,
    ],
    ['advice', deadLetter.advice],
    [
      'redrive',
      redrive.possible
        ? `can be sent with redriveCount ${redrive.redriveCount}, in group ${redrive.groupId}`
        : `cannot be sent as it is: ${redrive.why}; ${redrive.todo}`,
    ],
    ['here since', `${deadLetteredAt}, ${age(deadLetter.sentAtMs)}`],
    ['requested', requestedAt],
    ['receives', `${deadLetter.receiveCount}, looks like this one among them`],
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
