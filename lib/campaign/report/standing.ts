/** How a row stands, in the order and the words of every report. */
import type { RecordedRow } from '../campaign-record.js'

/** `pending`: sent, and nothing heard yet; `unsent`: still to be sent. */
export type Standing = 'attached' | 'failed' | 'grant-required' | 'preflight' | 'pending' | 'unsent'

export interface StandingWords {
  readonly label: string
  /** Tells standings apart without their colour. */
  readonly glyph: string
}

export const STANDINGS: Readonly<Record<Standing, StandingWords>> = {
  attached: { label: 'attached', glyph: '✓' },
  failed: { label: 'failed', glyph: '✕' },
  'grant-required': { label: 'grant required', glyph: '!' },
  preflight: { label: 'looked at', glyph: '?' },
  pending: { label: 'no answer yet', glyph: '…' },
  unsent: { label: 'not sent', glyph: '–' },
}
export const STANDING_NAMES = Object.keys(STANDINGS) as Standing[]

export const standingOf = ({ outcome, submittedAtMs }: RecordedRow): Standing =>
  outcome ?? (submittedAtMs === undefined ? 'unsent' : 'pending')

/** The colour of a standing; the page's style gives it its value, light or dark. */
export const colourOf = (standing: Standing): string => `var(--${standing})`

export type Counts = Readonly<Record<Standing, number>>

export function countStandings(rows: readonly RecordedRow[]): Counts {
  const counts = Object.fromEntries(STANDING_NAMES.map((name) => [name, 0])) as Record<Standing, number>
  for (const row of rows) counts[standingOf(row)] += 1
  return counts
}

/** The standings that some row has. */
export const presentIn = (counts: Counts): Standing[] => STANDING_NAMES.filter((name) => counts[name] > 0)
