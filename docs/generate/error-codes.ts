/** The error table as Markdown, for docs/error-codes.md. */
import {
  API_CODES,
  adviceOf,
  type ErrorCodeRow,
  FAILURE_KINDS,
  FUNCTION_CODES,
  KIND_MEANINGS,
  OWN_CODES,
  PREFIX_RULES,
  TRANSPORT_CODES,
} from '../../lib/domain/error-codes.js'
import { CODE_RULES, RETRY_POLICY } from '../../lib/reconcile/decision/retry-policy.js'

export function codesMarkdown(): string {
  const kinds = FAILURE_KINDS.map(
    (kind) => `| \`${kind}\` | ${KIND_MEANINGS[kind]} | ${RETRY_POLICY[kind].action}: ${RETRY_POLICY[kind].why} |`,
  )
  const prefixes = PREFIX_RULES.map(({ prefix, kind }) => `| \`${prefix}…\` | \`${kind}\` |`)
  const exceptions = Object.entries(CODE_RULES).map(([code, { action, why }]) => `\`${code}\` (${action}: ${why})`)
  return [
    '# Error codes',
    '',
    'Written by `npm run docs` from `lib/domain/error-codes.ts` and `lib/reconcile/decision/retry-policy.ts`; a test fails when it differs.',
    'Codes are matched by action, in any case and in the corrected spelling (`Forbidden`, `Publish`), never by HTTP status.',
    '',
    '## Kinds',
    '',
    '| kind | meaning | what the worker does |',
    '|---|---|---|',
    ...kinds,
    '',
    `Exceptions: ${exceptions.join(', ')}.`,
    '',
    ...API_CODES.flatMap(({ actions, rows }) =>
      section(actions === 'any' ? 'Answers of any action' : `Answers of ${actions.join(', ')}`, rows),
    ),
    ...section("The worker's own", OWN_CODES),
    ...section('The wire', TRANSPORT_CODES),
    ...section('The function in Function Compute (`ATTACHER=fc`)', FUNCTION_CODES),
    '## Codes that no row lists',
    '',
    '| begins with | kind |',
    '|---|---|',
    ...prefixes,
    '',
    'Any other code is `unknown`, or `unavailable` where it came with HTTP 5xx.',
    '',
  ].join('\n')
}

const section = (title: string, rows: readonly ErrorCodeRow[]): string[] => [
  `## ${title}`,
  '',
  '| code | kind | documented | what to do |',
  '|---|---|---|---|',
  ...rows.map((row) => {
    const { code, kind, documented } = row
    return `| \`${code}\` | \`${kind}\` | ${documented ? 'yes' : ''} | ${adviceOf(row)} |`
  }),
  '',
]
