/** The permissions of AWS as Markdown: the second half of docs/permissions.md. */
import { AWS_PERMISSIONS, type AwsPermission, actionOf } from './permissions.js'

const CALLERS = [...new Set(AWS_PERMISSIONS.map(({ by }) => by))]

/** How a person says whose permission it is. */
const HEADINGS: Readonly<Record<AwsPermission['by'], string>> = {
  'function and worker': 'The function (with its event source mapping) and the worker',
  submit: '`submit`',
  'submit --watch, watch': '`submit --watch` and `watch`, beside that of `submit`',
  dlq: '`dlq list`, `show` and `redrive`; a redrive has that of `submit`, too',
}

export function awsPermissionsMarkdown(): string {
  const sections = CALLERS.flatMap((caller) => {
    const rows = AWS_PERMISSIONS.filter(({ by }) => by === caller).map(
      (permission) => `| \`${actionOf(permission)}\` | ${permission.on} | ${permission.why} |`,
    )
    return [`### ${HEADINGS[caller]}`, '', '| IAM action | on | for |', '|---|---|---|', ...rows, '']
  })
  return [
    '# What cen-attach may do at AWS',
    '',
    'From `lib/aws/permissions.ts`, by `npm run docs`. A test holds the table against the commands of the SDK that stand in the code, and',
    "the function's role in the template is made of it. `sts:GetWebIdentityToken` is given only to a deployment that is",
    '[keyless](identities.md), for its audience only, and `secretsmanager:GetSecretValue` only to one that has a secret. Lambda’s own log needs `logs:CreateLogStream` and `logs:PutLogEvents`.',
    '',
    ...sections,
    'The feeds of campaigns are queues named `cen-attach-…` that `watch` makes and takes away: `arn:aws:sqs:REGION:ACCOUNT:cen-attach-*`.',
    '',
  ].join('\n')
}
