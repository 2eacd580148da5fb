/** Facets of dead letters: what they are grouped and selected by. */
import { normalCode } from '../domain/failure.js'
import type { DeadLetterView } from './dead-letter-view.js'

interface Facet {
  readonly meaning: string
  readonly of: (deadLetter: DeadLetterView) => string | undefined
  /** Equal values have the same normal form. */
  readonly normal?: (value: string) => string
}

/** The facets by option name. A dead letter without a value has its origin, in brackets. */
export const FACETS = {
  code: { meaning: 'error code, in any spelling', of: ({ code }) => code, normal: normalCode },
  kind: { meaning: 'kind of error', of: ({ kind }) => kind },
  reason: { meaning: 'reason (rejected, expired, invalid-request, forbidden, unknown)', of: ({ reason }) => reason },
  owner: { meaning: 'owner account', of: ({ attachment }) => attachment.childInstanceOwnerId },
  campaign: { meaning: 'campaign', of: ({ campaignId }) => campaignId },
  cen: { meaning: 'CEN', of: ({ attachment }) => attachment.cenId },
  region: { meaning: 'region', of: ({ attachment }) => attachment.childInstanceRegionId },
  origin: { meaning: 'origin (worker; backstop: SQS moved it; foreign)', of: ({ origin }) => origin },
} as const satisfies Readonly<Record<string, Facet>>

export type FacetName = keyof typeof FACETS
export const FACET_NAMES = Object.keys(FACETS) as FacetName[]

/** The value of a facet for a readable dead letter without one; it can be selected, too. */
const NO_VALUE: Readonly<Partial<Record<FacetName, string>>> = { owner: "(the CEN's)", campaign: '(none)' }

/** The value of a facet, or a placeholder in brackets. */
export function facetOf(deadLetter: DeadLetterView, name: FacetName): string {
  const facetValue = FACETS[name].of(deadLetter)
  if (facetValue !== undefined) return facetValue
  if (deadLetter.origin !== 'worker' && (name === 'code' || name === 'kind' || name === 'reason'))
    return `(${deadLetter.origin})`
  const readable = deadLetter.attachment.cenId !== undefined
  return (readable && NO_VALUE[name]) || '(unreadable)'
}

/** Matches if every named facet has one of its values and, with ids, one of the ids matches. */
export interface Selection {
  readonly facets: Readonly<Partial<Record<FacetName, readonly string[]>>>
  /** Message ids, prefixes of message ids (at least 8 characters), or request ids. */
  readonly ids: readonly string[]
}

const MIN_ID_LENGTH = 8

export function selects({ facets, ids }: Selection, deadLetter: DeadLetterView): boolean {
  const named = ids.length === 0 || ids.some((id) => isNamed(deadLetter, id))
  return (
    named && FACET_NAMES.every((name) => facets[name]?.some((value) => matchesFacet(name, value, deadLetter)) ?? true)
  )
}

const matchesFacet = (name: FacetName, value: string, deadLetter: DeadLetterView): boolean => {
  const { normal = (text: string) => text }: Facet = FACETS[name]
  return normal(value) === normal(facetOf(deadLetter, name))
}

const isNamed = ({ messageId, requestId }: DeadLetterView, id: string): boolean =>
  id === requestId || id === messageId || (id.length >= MIN_ID_LENGTH && messageId.startsWith(id))

export interface DeadLetterGroup {
  /** The values that its dead letters share, by facet. */
  readonly key: Readonly<Partial<Record<FacetName, string>>>
  /** The oldest first. */
  readonly deadLetters: readonly DeadLetterView[]
}

/** Groups by one facet or by several together, the largest group first. */
export function groupDeadLetters(deadLetters: readonly DeadLetterView[], by: readonly FacetName[]): DeadLetterGroup[] {
  const groups = new Map<string, DeadLetterView[]>()
  const ordered = [...deadLetters].sort((one, other) => one.sentAtMs - other.sentAtMs)
  for (const deadLetter of ordered) {
    const key = JSON.stringify(by.map((name) => facetOf(deadLetter, name)))
    groups.set(key, [...(groups.get(key) ?? []), deadLetter])
  }
  return [...groups]
    .map(([key, members]) => ({
      key: Object.fromEntries((JSON.parse(key) as string[]).map((value, index) => [by[index], value])),
      deadLetters: members,
    }))
    .sort((one, other) => other.deadLetters.length - one.deadLetters.length)
}
