/** What the doctor found, as a list that a person reads. */
import type { Examination } from '../../lib/doctor/examine.js'
import type { Finding, Level } from '../../lib/doctor/finding.js'
import { escapeControls } from '../../lib/domain/foreign-text.js'
import { paint } from '../terminal/print.js'

const MARKS: Readonly<Record<Level, string>> = {
  ok: paint('attached', '✓'),
  warning: paint('grant-required', '!'),
  error: paint('failed', '✗'),
  unknown: paint('pending', '?'),
}

const COUNTED: readonly (readonly [Level, string, string])[] = [
  ['error', 'error', 'errors'],
  ['warning', 'warning', 'warnings'],
  ['unknown', 'not known', 'not known'],
  ['ok', 'ok', 'ok'],
]

/** A line break in a text of a server would begin another finding, or a command. */
const lines = ({ level, subject, found, fix }: Finding): string[] => [
  `  ${MARKS[level]} ${escapeControls(`${subject}: ${found}`)}`,
  ...(fix ? [`      ${escapeControls(fix)}`] : []),
]

/** A heading for each topic, a line for each finding, below it what mends it, and the counts. */
export function examinationText({ checks, counts }: Examination): string {
  const topics = [...new Set(checks.map(({ topic }) => topic))]
  const parts = topics.map((topic) => {
    const findings = checks.filter((check) => check.topic === topic).flatMap((check) => check.findings)
    return [topic, ...findings.flatMap(lines)].join('\n')
  })
  const sum = COUNTED.filter(([level]) => counts[level] > 0).map(
    ([level, one, many]) => `${counts[level]} ${counts[level] === 1 ? one : many}`,
  )
  return [...parts, sum.join(', ')].join('\n\n')
}
