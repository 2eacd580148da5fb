/** The identity at Alibaba: its servers, their clocks, who calls, and what it may read. */
import type { AlibabaIdentity } from '../../config/alibaba.js'
import type { Check } from '../check.js'
import { type Examined, targetCens } from '../examined.js'
import { codeAndMessage, error, type Finding, ok, unknown, unread, warning, whyUnread } from '../finding.js'
import type { Probes } from '../probes.js'

/** Alibaba refuses a signature whose time is 15 minutes off (API reference, IllegalTimestamp). */
const MAX_SKEW_MS = 15 * 60_000
const NOTED_SKEW_MS = 60_000
const SET_CLOCK = 'timedatectl set-ntp true'

const describeIdentity = (identity: AlibabaIdentity): string => {
  switch (identity.kind) {
    case 'keys':
      return 'keys of the settings'
    case 'secret':
      return 'keys of a secret of AWS'
    case 'chain':
      return 'the default chain of @alicloud/credentials'
    case 'role':
      return `the role ${identity.roleArn}`
    case 'oidc':
      return `the role ${identity.roleArn}, keyless`
  }
}

/** What mends keys that cannot be had, or are refused. */
const KEY_FIXES: Readonly<Record<AlibabaIdentity['kind'], string>> = {
  keys: 'check ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  secret: 'check ALIBABA_CLOUD_CREDENTIALS_SECRET: aws secretsmanager get-secret-value --secret-id ARN',
  chain: 'set ALIBABA_CLOUD_ACCESS_KEY_ID, or another identity of docs/identities.md',
  role: 'check ALIBABA_CLOUD_ROLE_ARN, and that the role trusts these keys',
  oidc: 'see the keyless chain above',
}

/** Each is checked once, whoever names it. */
const endpointsOf = ({ config }: Examined): readonly (readonly [string, string])[] => {
  const { cbn, sts, vpc, smartag } = config.endpoints
  const named: (readonly [string, string | undefined])[] = [
    ['CBN_ENDPOINT', cbn],
    ['STS_ENDPOINT', sts],
    ['VPC_ENDPOINT', vpc],
    ['SMARTAG_ENDPOINT', smartag],
  ]
  const known = named.flatMap(([name, url]) => (url === undefined ? [] : [[name, url] as const]))
  return known.filter(([, url], index) => known.findIndex(([, other]) => other === url) === index)
}

function describeSkew(skewMs: number): Finding {
  const seconds = Math.round(skewMs / 1_000)
  const found =
    Math.abs(seconds) <= 1
      ? 'this clock is right'
      : `this clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead'}`
  if (Math.abs(skewMs) >= MAX_SKEW_MS) return error('clock', `${found}: every signature is refused`, SET_CLOCK)
  if (Math.abs(skewMs) >= NOTED_SKEW_MS) return warning('clock', found, SET_CLOCK)
  return ok('clock', found)
}

/** The checks that follow have no answer without an identity, which is reported once. */
export const hasIdentity = async ({ alibaba }: Probes): Promise<boolean> => (await alibaba.caller()).ok

export const ALIBABA_CHECKS: readonly Check[] = [
  {
    id: 'servers',
    topic: 'Alibaba',
    looksAt: 'whether the endpoints answer, and whether this clock agrees with theirs',
    async run(examined, { alibaba }) {
      const servers = await Promise.all(
        endpointsOf(examined).map(async ([name, url]) => ({ name, url, server: await alibaba.server(url) })),
      )
      const found = servers.map(({ name, url, server }) =>
        server.ok
          ? ok(name, `${url} answers`)
          : unread(`${name} ${url}`, server.failure, { unreachable: `curl ${url}` }),
      )
      const skews = servers.flatMap(({ server }) =>
        server.ok && server.value.skewMs !== undefined ? [server.value.skewMs] : [],
      )
      const [first] = skews
      return first === undefined ? found : [...found, describeSkew(first)]
    },
  },
  {
    id: 'alibaba-identity',
    topic: 'Alibaba',
    looksAt: 'who calls Alibaba, and whether it is the account of the CENs',
    async run(examined, { alibaba }) {
      const { alibabaIdentity, cenOwnerId, attacher } = examined.config
      const subject = 'identity at Alibaba'
      const caller = await alibaba.caller()
      const what = describeIdentity(alibabaIdentity)
      if (!caller.ok) {
        if (whyUnread(caller.failure) === 'unreachable') return [unread(subject, caller.failure)]
        const isOfFunction = examined.stage !== undefined && !examined.stage.ownAlibabaIdentity
        if (isOfFunction)
          return [
            unknown(
              subject,
              `not known: only the function has ${what} (${caller.failure.code})`,
              'export ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET of an identity that may read',
            ),
          ]
        return [error(subject, `${what}: ${codeAndMessage(caller.failure)}`, KEY_FIXES[alibabaIdentity.kind])]
      }
      const { accountId, arn } = caller.value
      const found = `${arn}, by ${examined.stage?.ownAlibabaIdentity ? 'the identity of this shell' : what}`
      if (attacher.kind === 'direct' && cenOwnerId !== undefined && cenOwnerId !== accountId)
        return [
          error(
            subject,
            `${found}: account ${accountId} is not CEN_OWNER_ID ${cenOwnerId}`,
            'set CEN_OWNER_ID, or use an identity of that account',
          ),
        ]
      return [ok(subject, found)]
    },
  },
  {
    id: 'alibaba-rights',
    topic: 'Alibaba',
    looksAt: 'each right that a call without effect shows; only an attachment shows cen:AttachCenChildInstance',
    async run(examined, probes) {
      if (examined.config.attacher.kind === 'fc' || !(await hasIdentity(probes))) return []
      const [cenId = await firstCen(probes)] = targetCens(examined).named
      if (cenId === undefined) return []
      const tried = await probes.alibaba.rights(cenId)
      return tried.map(({ action, answer }) => {
        const subject = `${action} on ${cenId}`
        if (answer.ok || whyUnread(answer.failure) === 'missing') return ok(subject, 'allowed')
        if (whyUnread(answer.failure) === 'denied')
          return error(
            subject,
            `RAM denies it (${answer.failure.code})`,
            'attach docs/ram/worker-policy.json to the identity: aliyun ram CreatePolicy --PolicyName cen-attach --PolicyDocument "$(cat docs/ram/worker-policy.json)"',
          )
        return unread(subject, answer.failure)
      })
    },
  },
]

async function firstCen({ alibaba }: Probes): Promise<string | undefined> {
  const cens = await alibaba.cens()
  return cens.ok ? cens.value[0]?.CenId : undefined
}
