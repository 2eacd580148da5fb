/** Runs every check and counts what was found. */
import { type Check, TOPICS } from './check.js'
import { ALIBABA_CHECKS } from './checks/alibaba.js'
import { AWS_CHECKS } from './checks/aws.js'
import { CEN_CHECKS } from './checks/cens.js'
import { FUNCTION_CHECKS } from './checks/function.js'
import { GRANT_CHECKS } from './checks/grants.js'
import { KEYLESS_CHECKS } from './checks/keyless.js'
import { QUEUE_CHECKS } from './checks/queues.js'
import { SETTINGS_CHECKS } from './checks/settings.js'
import { TOPIC_CHECKS } from './checks/topic.js'
import type { Examined } from './examined.js'
import { type Finding, LEVELS, type Level, unknown } from './finding.js'
import type { Probes } from './probes.js'

export const CHECKS: readonly Check[] = [
  ...SETTINGS_CHECKS,
  ...QUEUE_CHECKS,
  ...TOPIC_CHECKS,
  ...AWS_CHECKS,
  ...KEYLESS_CHECKS,
  ...ALIBABA_CHECKS,
  ...CEN_CHECKS,
  ...GRANT_CHECKS,
  ...FUNCTION_CHECKS,
]

interface CheckResult extends Omit<Check, 'run'> {
  readonly findings: readonly Finding[]
}

export interface Examination {
  /** Those that found something, by topic. */
  readonly checks: readonly CheckResult[]
  readonly counts: Readonly<Record<Level, number>>
}

/** All checks run at once; one that throws has found nothing out, and the others go on. */
export async function examine(examined: Examined, probes: Probes): Promise<Examination> {
  const results = await Promise.all(
    CHECKS.map(async ({ id, topic, looksAt, run }) => {
      const findings = await run(examined, probes).catch((thrown: unknown) => [
        unknown(id, `not known: the check failed (${(thrown as Error).name})`),
      ])
      return { id, topic, looksAt, findings }
    }),
  )
  const checks = TOPICS.flatMap((topic) => results.filter((one) => one.topic === topic && one.findings.length > 0))
  const findings = checks.flatMap((one) => one.findings)
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length
  return { checks, counts: Object.fromEntries(LEVELS.map((level) => [level, count(level)])) as Examination['counts'] }
}
