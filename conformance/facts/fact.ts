/** What a fact about Alibaba's APIs is, and how what was seen is compared with what is expected. */
import type { Lab } from '../lab/lab.js'

/** D: documented by the vendor. C: read in the code of a client of the API. I: inferred, stated nowhere. */
export const CERTAINTIES = {
  D: 'documented by the vendor',
  C: 'read in the code of a client of the API, such as the provider of Terraform',
  I: 'inferred: no page states it, and cen-attach assumes it',
} as const
export type Certainty = keyof typeof CERTAINTIES

export interface Expectation {
  readonly text: string
  readonly holds: (seen: string) => boolean
}

export interface Fact {
  /** `subject.name` */
  readonly id: string
  readonly sentence: string
  readonly certainty: Certainty
  readonly source: string
  /** The number of the open question that it answers (open-questions.ts). */
  readonly question?: number
  /** `file NAME`: where the product or its emulator assumes it; every inferred fact that is proven has one. */
  readonly assumedIn?: string
  readonly expected: Expectation
  /** Makes the calls that prove it, and gives what was seen. Throws NotRun if they cannot be made. */
  readonly prove: (lab: Lab) => Promise<string>
}

/** A fact could not be tried; the message is the reason. */
export class NotRun extends Error {}

export const is = (text: string): Expectation => ({ text, holds: (seen) => seen === text })

export const oneOf = (...texts: readonly string[]): Expectation => ({
  text: texts.join(' or '),
  holds: (seen) => texts.includes(seen),
})

/** A text that begins with seconds: `12.3 s`. */
export const withinSeconds = (seconds: number): Expectation => ({
  text: `at most ${seconds} s`,
  holds: (seen) => Number.parseFloat(seen) <= seconds,
})

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

/** For a fact that no call of the suite can show. */
export const notRun = (reason: string) => async (): Promise<never> => {
  throw new NotRun(reason)
}
