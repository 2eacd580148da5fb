/** The permissions as Markdown and as files for RAM and ROS: docs/permissions.md and docs/ram/. */
import { conformancePolicy } from '../../conformance/actions.js'
import { DETACH_PERMISSIONS } from '../../lib/alibaba/detach/permissions.js'
import { ALIBABA_PERMISSIONS, type AlibabaPermission, policyFor } from '../../lib/alibaba/permissions.js'
import { keylessTrust, trust } from '../../lib/alibaba/trust.js'
import { AWS_PERMISSIONS, type AwsPermission, actionOf } from '../../lib/aws/permissions.js'

const CALLERS = [...new Set(AWS_PERMISSIONS.map(({ by }) => by))]

/** The heading of each caller's section. */
const HEADINGS: Readonly<Record<AwsPermission['by'], string>> = {
  'function and worker': 'The function (with its event source mapping) and the worker',
  submit: '`submit`',
  'submit --watch, watch': '`submit --watch` and `watch`, beside that of `submit`',
  init: '`init`, which reads only',
  dlq: '`dlq list`, `show` and `redrive`; a redrive has that of `submit`, too',
  doctor: '`doctor`, which only reads; `GetWebIdentityToken` and `GetSecretValue` as the worker',
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
    'Written by `npm run docs` from `lib/aws/permissions.ts`. A test compares the table with the SDK commands in the code, and the',
    "function's role in the template is built from it. `sts:GetWebIdentityToken` is allowed only in a deployment that is",
    '[keyless](identities.md), and only for its audience; `secretsmanager:GetSecretValue` only in one that has a secret. The log of',
    'Lambda needs `logs:CreateLogStream` and `logs:PutLogEvents`.',
    '',
    ...sections,
    'The feeds of campaigns are queues named `cen-attach-…` that `watch` creates and deletes: `arn:aws:sqs:REGION:ACCOUNT:cen-attach-*`.',
    '',
  ].join('\n')
}

const WORKER = 'acs:ram::ACCOUNT:role/WORKER_ROLE'

/** Trusts the worker's own role, and nobody else of its account. */
const grantTrust = (worker: unknown) => trust({ Action: 'sts:AssumeRole', Principal: { RAM: [worker] } })

/** The grant role for ROS, to be deployed to member accounts as a stack group (ALIYUN::RAM::Role, ROS reference). */
const rosTemplate = {
  ROSTemplateFormatVersion: '2015-09-01',
  Description:
    'The role by which cen-attach grants the networks of this account to the CENs of another one, and reads their vSwitches and routes.',
  Parameters: {
    RoleName: { Type: 'String', Default: 'cen-attach-grant', Description: 'What GRANT_ROLE_NAME says.' },
    WorkerRoleArn: { Type: 'String', Description: `The RAM role that cen-attach has: ${WORKER}` },
  },
  Resources: {
    GrantRole: {
      Type: 'ALIYUN::RAM::Role',
      Properties: {
        RoleName: { Ref: 'RoleName' },
        Description:
          'Lets cen-attach grant networks to a CEN, read their vSwitches and route tables, and do nothing else.',
        MaxSessionDuration: 3_600,
        AssumeRolePolicyDocument: grantTrust({ Ref: 'WorkerRoleArn' }),
        Policies: [{ PolicyName: 'cen-attach-grant', PolicyDocument: policyFor('the owner of the child instance') }],
      },
    },
  },
  Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['GrantRole', 'Arn'] } } },
}

/** The files of docs/ram/, by name. */
export const RAM_FILES: Readonly<Record<string, object>> = {
  'worker-policy.json': policyFor('the CENs'),
  'grant-role-policy.json': policyFor('the owner of the child instance'),
  'detach-policy.json': policyFor('the CENs', DETACH_PERMISSIONS),
  'grant-role-detach-policy.json': policyFor('the owner of the child instance', DETACH_PERMISSIONS),
  'grant-role-trust.json': grantTrust(WORKER),
  'grant-role.ros.json': rosTemplate,
  'function-role-trust.json': trust({ Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }),
  'invoke-function-policy.json': {
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: 'fc:InvokeFunction', Resource: ['acs:fc:REGION:ACCOUNT:functions/cen-attach'] },
    ],
  },
  'conformance-policy.json': conformancePolicy('own'),
  'conformance-owner-policy.json': conformancePolicy('owner'),
  'conformance-bare-policy.json': conformancePolicy('bare'),
  'keyless-role-trust.json': keylessTrust('acs:ram::ACCOUNT:oidc-provider/PROVIDER', 'ISSUER', 'AWS_ROLE_ARN'),
}

const tableOf = (permissions: readonly AlibabaPermission[]): string[] => [
  '| call | made in the account of | RAM must allow | for |',
  '|---|---|---|---|',
  ...permissions.map(({ call, product, allows, why, unless, in: place }) => {
    const needed = allows.map(({ action, resource }) => `\`${action}\` on \`${resource}\``).join('<br>') || 'nothing'
    return `| \`${product}\` \`${call}\` | ${place} | ${needed} | ${why}${unless ? ` (not with \`${unless}\`)` : ''} |`
  }),
]

export function alibabaPermissionsMarkdown(): string {
  return [
    '# What cen-attach may do at Alibaba',
    '',
    'Written by `npm run docs` from `lib/alibaba/permissions.ts`. A test compares the table with the calls in the code, and runs the',
    'worker under the policies below in the emulator: no call is denied, and without any one statement some call is.',
    '',
    ...tableOf(ALIBABA_PERMISSIONS),
    '',
    '`ACCOUNT` is the account that owns the CENs, `ROLE` the value of `GRANT_ROLE_NAME`. As files:',
    '[worker-policy.json](ram/worker-policy.json) for the identity of cen-attach,',
    '[grant-role-policy.json](ram/grant-role-policy.json) and [grant-role-trust.json](ram/grant-role-trust.json) for the role in each',
    'owner account, [grant-role.ros.json](ram/grant-role.ros.json) to deploy that role by ROS, and',
    '[keyless-role-trust.json](ram/keyless-role-trust.json) for a role that trusts tokens of AWS.',
    '',
    'Leave out `sts:AssumeRole` if cen-attach makes no grants for owners, and `cen:DescribeCens` if nobody uses dry runs. With',
    '`ROUTING=none` the rows that say so are not needed unless a request names a routing field itself; with `TRANSIT_ROUTER=existing` no',
    'transit router is created. Where every region has a Basic Edition router the rows of Enterprise Edition are not needed, but',
    '`cen:ListTransitRouters` is: without it the edition is taken as Basic. The names of resources that the API reference does not',
    'document are assumed; if a call is denied although its action is allowed, allow the action on `*` and report it.',
    '',
    'With `ATTACHER=fc` [the function](function-compute.md) makes all of these calls: its role has worker-policy.json and trusts',
    '[Function Compute](ram/function-role-trust.json). The identity of cen-attach itself has only',
    '[invoke-function-policy.json](ram/invoke-function-policy.json).',
    '',
    '## To detach',
    '',
    'Written from `lib/alibaba/detach/permissions.ts`. An identity that never detaches needs none of this. One that detaches has',
    '[detach-policy.json](ram/detach-policy.json), beside worker-policy.json if it attaches, too; with `GRANT_ROLE_NAME` the role in',
    'each owner account has [grant-role-detach-policy.json](ram/grant-role-detach-policy.json) as well. A test detaches under these',
    'two policies alone: no call is denied, and without any one statement some call is.',
    '',
    ...tableOf(DETACH_PERMISSIONS),
    '',
    'Leave out `sts:AssumeRole` and `cen:DescribeGrantRulesToCen` if cen-attach takes no grants back and reads no routes for owners.',
    '',
  ].join('\n')
}
