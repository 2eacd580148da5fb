/** The results as a table for a terminal and as JSON. */
import Table from 'cli-table3'
import type { FactResult } from './run-facts.js'

export interface Counts {
  readonly same: number
  readonly different: number
  readonly notRun: number
}

export const countsOf = (results: readonly FactResult[]): Counts => {
  const count = (status: FactResult['status']) => results.filter((result) => result.status === status).length
  return { same: count('same'), different: count('different'), notRun: count('not run') }
}

const MARKS: Readonly<Record<FactResult['status'], string>> = { same: 'yes', different: 'NO', 'not run': '-' }

/** A row for each fact: what is expected, what was seen or why it was not run, and whether they are the same. */
export function resultTable(results: readonly FactResult[]): string {
  const table = new Table({
    head: ['fact', '', 'expected', 'seen', 'same'],
    colWidths: [39, 3, 46, 48, 6],
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], compact: true },
  })
  for (const { id, certainty, expected, seen, reason, status } of results)
    table.push([id, certainty, expected, seen ?? `not run: ${reason}`, MARKS[status]])
  return table.toString()
}

/** What is different, one paragraph each: the sentence, its source, and the place that must change. */
export function differenceText(results: readonly FactResult[]): string {
  return results
    .filter(({ status }) => status === 'different')
    .map(({ id, sentence, certainty, source, expected, seen, assumedIn, calls }) =>
      [
        `${id} [${certainty}]: ${sentence}.`,
        `  expected: ${expected}`,
        `  seen:     ${seen}`,
        `  source:   ${source}`,
        ...(assumedIn === undefined ? [] : [`  assumed:  ${assumedIn}`]),
        ...(calls.length === 0 ? [] : [`  calls:    ${calls.join(', ')}`]),
      ].join('\n'),
    )
    .join('\n\n')
}

export const summaryText = ({ same, different, notRun }: Counts): string =>
  `${same} same, ${different} different, ${notRun} not run`
