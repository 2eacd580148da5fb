/** One check: what it looks at, and how. */
import type { Examined } from './examined.js'
import type { Finding } from './finding.js'
import type { Probes } from './probes.js'

export const TOPICS = [
  'Settings',
  'Queues',
  'Topic',
  'AWS',
  'Keyless',
  'Alibaba',
  'CENs',
  'Grants',
  'Function',
] as const
export type Topic = (typeof TOPICS)[number]

export interface Check {
  readonly id: string
  readonly topic: Topic
  readonly looksAt: string
  /** No finding: it does not apply, or another check reports what prevents it. */
  run(examined: Examined, probes: Probes): Promise<readonly Finding[]>
}
