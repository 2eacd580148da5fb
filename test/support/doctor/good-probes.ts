/** Fake probes of a deployment without a fault, and what the doctor examines of it. */
import { type Config, readConfig } from '../../../lib/config/config.js'
import type { Examined } from '../../../lib/doctor/examined.js'
import type { Probes } from '../../../lib/doctor/probes.js'
import { type Answer, failureOf } from '../../../lib/domain/failure.js'
import { readPolicy } from '../../../lib/policy/load.js'

export const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:111122223333:requests'
export const DEAD_ARN = 'arn:aws:sqs:eu-west-1:111122223333:dead-letters'
const TOPIC_ARN = 'arn:aws:sns:eu-west-1:111122223333:results'
export const FUNCTION_ROLE = 'arn:aws:iam::111122223333:role/cen-attach-prod-eu-west-1'
export const OWNER = '1688000000000002'
export const NOW = Date.parse('2026-11-25T12:00:00Z')

const POLICY = {
  version: 1,
  rules: [{ id: 'vending', senders: ['*'], cenIds: ['cen-1'], ownerIds: [OWNER], regionIds: ['cn-hangzhou'] }],
}
const ENV = {
  REQUEST_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/requests',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters',
  RESULT_TOPIC_ARN: TOPIC_ARN,
  ATTACHMENT_POLICY: JSON.stringify(POLICY),
  GRANT_ROLE_NAME: 'cen-attach-grant',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
}
export const KEYLESS = {
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1688000000000001:oidc-provider/aws',
  ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1688000000000001:role/cen-attach-worker',
}

function configOf(env: Readonly<Record<string, string>>): Config {
  const reading = readConfig({ ...ENV, ...env }, () => '')
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  return reading.config
}

export function goodExamined(env: Readonly<Record<string, string>> = {}, rest: Partial<Examined> = {}): Examined {
  const { rules } = readPolicy(env.ATTACHMENT_POLICY ?? ENV.ATTACHMENT_POLICY, () => '')
  return { config: configOf(env), faults: [], rules, scope: {}, nowMs: NOW, ...rest }
}

export const is = <T>(value: T): Answer<T> => ({ ok: true, value })
export const fails = (code: string, httpStatus = 400): Answer<never> => ({
  ok: false,
  failure: failureOf({ code, httpStatus }),
})

/** An unsigned token with these claims. */
export const tokenOf = (claims: object): string =>
  ['{}', JSON.stringify(claims), ''].map((part) => Buffer.from(part).toString('base64url')).join('.')
export const CLAIMS = {
  iss: 'https://a1b2c3d4.tokens.sts.global.api.aws',
  sub: FUNCTION_ROLE,
  aud: 'sts.aliyuncs.com',
  exp: NOW / 1_000 + 300,
}

type Patch = { readonly [Part in keyof Probes]?: Partial<Probes[Part]> }

const queue = (arn: string) => ({
  arn,
  visibilitySeconds: 180,
  retentionSeconds: arn === DEAD_ARN ? 1_209_600 : 345_600,
  encrypted: true,
  isOpen: false,
  hasPolicy: true,
  redriveFrom: 'any' as const,
  ...(arn === QUEUE_ARN && { redrive: { deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 1_000 } }),
})
export const goodQueue = (url: string) => queue(url.endsWith('dead-letters') ? DEAD_ARN : QUEUE_ARN)

export function goodProbes({ aws, keyless, alibaba }: Patch = {}): Probes {
  return {
    aws: {
      queue: async (url) => is(goodQueue(url)),
      subscriptions: async () => is([{ protocol: 'sqs', endpoint: `${DEAD_ARN}-other`, confirmed: true }]),
      caller: async () => is({ Account: '111122223333', Arn: FUNCTION_ROLE, UserId: 'AROAEXAMPLE:worker' }),
      rights: async () => [
        { action: 'sqs:ReceiveMessage', on: 'request queue', answer: is({}) },
        { action: 'sns:Publish', on: 'result topic', answer: is({}) },
      ],
      simulate: async (_principal, actions) => is(actions.map((action) => ({ action, allowed: true }))),
      ...aws,
    },
    keyless: {
      token: async () => is(tokenOf(CLAIMS)),
      issuer: async () => is({ fingerprint: 'a'.repeat(40) }),
      ...keyless,
    },
    alibaba: {
      server: async () => is({ skewMs: 200 }),
      session: async () => is({}),
      caller: async () => is({ accountId: '1688000000000001', arn: 'acs:ram::1688000000000001:assumed-role/worker/s' }),
      rights: async () => [{ action: 'cen:DescribeGrantRulesToCen', answer: is([]) }],
      cens: async () => is([{ CenId: 'cen-1', Status: 'Active' }]),
      cen: async (CenId) => is({ CenId, Status: 'Active', ProtectionLevel: 'REDUCED' }),
      routers: async () =>
        is([
          { TransitRouterId: 'tr-1', CenId: 'cen-1', RegionId: 'cn-hangzhou', Type: 'Enterprise', Status: 'Active' },
        ]),
      zones: async () => is(['cn-hangzhou-h', 'cn-hangzhou-i']),
      serviceIsOpen: async () => is(true),
      hasServiceRole: async () => is(true),
      grantRole: async () => is({}),
      callFunction: async () => is(true),
      ...alibaba,
    },
  }
}
