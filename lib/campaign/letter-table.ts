/** Dead letters as tables and texts, for people. Nothing of a foreign body reaches a terminal as a control sequence. */
import Table from 'cli-table3'
import { visible } from '../foreign-text.js'
import type { Letter } from '../letter.js'
import { type FacetName, facetOf } from '../letter-groups.js'
import type { PlanTimes } from '../redrive-plan.js'
import { type GroupFacts, letterFacts } from './letter-facts.js'
import { PLAIN_CHARS } from './outcome-table.js'

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
export const shortId = (letter: Letter): string => letter.messageId.slice(0, 8)

export const nameOf = ({ attachment: { cenId, childInstanceId } }: Letter): string =>
  cenId || childInstanceId ? `${cenId ?? '?'}/${childInstanceId ?? '?'}` : '(unreadable)'

function table(head: readonly string[], right: readonly string[], rows: readonly string[][]): string {
  const drawn = new Table({
    head: [...head],
    chars: PLAIN_CHARS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((name) => (right.includes(name) ? 'right' : 'left')),
  })
  for (const row of rows) drawn.push(row.map((cell) => visible(cell)))
  return drawn.toString().replace(/ +$/gm, '')
}

const MOST_CODES = 3

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
  const named = all.slice(0, MOST_CODES).map(([code, count]) => `${count} ${code}`)
  return all.length > MOST_CODES ? `${named.join(', ')} and ${all.length - MOST_CODES} more` : named.join(', ')
}

/** A line for each letter. */
export function letterTable(letters: readonly Letter[], nowMs: number): string {
  const head = ['id', 'cen/child instance', 'region', 'owner', 'campaign', 'code', 'age']
  const rows = letters.map((letter) => [
    shortId(letter),
    nameOf(letter),
    letter.attachment.childInstanceRegionId ?? '',
    letter.attachment.childInstanceOwnerId ?? '',
    letter.campaignId ?? '',
    facetOf(letter, 'code'),
    ageText(nowMs - letter.sentAtMs),
  ])
  return table(head, ['age'], rows)
}

/** All advice, each piece once, by code. */
export function adviceText(groups: readonly GroupFacts[]): string {
  const advice = new Map(groups.flatMap((group) => Object.entries(group.advice)))
  return [...advice].map(([code, text]) => `  ${visible(code)}: ${visible(text)}`).join('\n')
}

/** Attributes that stand above the others under a name of their own. */
const SAID_ABOVE = new Set(['reason', 'errorCode', 'errorKind', 'advice', 'requestId', 'requestedAt'])

/** One letter in full: what it is, what to do, what a redrive would do, its attributes, its body. */
export function letterText(letter: Letter, times: PlanTimes): string {
  const { redrive, deadLetteredAt, requestedAt } = letterFacts(letter, times)
  const age = (ms: number) => ageText(times.nowMs - ms)
  const others = Object.entries(letter.attributes).filter(
    ([name]) => !SAID_ABOVE.has(name) && (name !== 'senderId' || letter.refusedSenderId === undefined),
  )
  const lines: [name: string, text: string | undefined][] = [
    ['origin', letter.sourceArn ? `${letter.origin}, from ${letter.sourceArn}` : letter.origin],
    ['reason', letter.reason],
    ['code', letter.code && `${letter.code} (${letter.kind})`],
    [
      'refused',
      letter.refusedSenderId && `${letter.refusedSenderId}; a redrive is judged in the name of whoever redrives`,
    ],
    ['advice', letter.advice],
    [
      'redrive',
      redrive.possible
        ? `can be sent with redriveCount ${redrive.redriveCount}, in group ${redrive.groupId}`
        : `cannot be sent as it is: ${redrive.why}; ${redrive.todo}`,
    ],
    ['here since', `${deadLetteredAt}, ${age(letter.sentAtMs)}`],
    ['requested', requestedAt],
    ['receives', `${letter.receiveCount}, looks like this one among them`],
    ['sent by', letter.senderId],
    ['group', letter.groupId],
    ['request', letter.requestId],
    ['campaign', letter.campaignId],
    ...others.map(([name, text]): [string, string] => [`[${name}]`, text]),
  ]
  const width = Math.max(...lines.map(([name]) => visible(name).length))
  const told = lines.flatMap(([name, text]) => (text ? [`  ${visible(name).padEnd(width)}  ${visible(text)}`] : []))
  return [
    `${letter.messageId}  ${nameOf(letter)}`,
    ...told,
    `  body, ${letter.body.length} characters:`,
    indent(letter.body),
  ].join('\n')
}

const indent = (body: string): string =>
  visible(body, true)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
