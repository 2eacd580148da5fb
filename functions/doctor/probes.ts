/** The probes of the doctor over the adapters of both clouds: each reading is made once, whoever asks. */
import { readFile } from 'node:fs/promises'
import {
  describeCenAttachedChildInstanceAttribute,
  describeCenAttachedChildInstances,
  describeCens,
  describeGrantRulesToCen,
} from '../../lib/alibaba/basic/cbn.js'
import { assumeOwnerRole, SHORTEST_SESSION_SECONDS } from '../../lib/alibaba/credentials/owner-role.js'
import { getCallerIdentity } from '../../lib/alibaba/credentials/sts.js'
import { listTransitRouterAvailableResource, readRoutersOfCen } from '../../lib/alibaba/enterprise/calls/routers.js'
import { readIssuer, readServer } from '../../lib/alibaba/inspection/servers.js'
import { checkTransitRouterService, hasServiceRole } from '../../lib/alibaba/inspection/service.js'
import { API_VERSIONS, createRpcCall } from '../../lib/alibaba/sdk/rpc.js'
import { readCaller } from '../../lib/aws/caller-identity.js'
import { createAwsClients } from '../../lib/aws/clients.js'
import { getWebIdentityToken } from '../../lib/aws/identity.js'
import { answerOf } from '../../lib/aws/inspection/answer.js'
import { simulate } from '../../lib/aws/inspection/principal.js'
import { readQueueFacts, readSubscriptions } from '../../lib/aws/inspection/queue-facts.js'
import { tryRights } from '../../lib/aws/inspection/rights.js'
import type { Config, Environment } from '../../lib/config/config.js'
import type { Probes } from '../../lib/doctor/probes.js'
import { type Answer, answered, type Failure, failureOf, mapAnswer } from '../../lib/domain/failure.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { awsConnectionOf, awsEndpointOf } from '../compose/aws.js'
import { directCalls } from '../compose/direct-calls.js'
import { buildAttacher, buildKeySource } from '../compose/driver.js'
import { issuerFingerprint } from '../init/fingerprint.js'

const CALL_TIMEOUT_MS = 10_000
const limits = () => ({ deadlineMs: systemClock.now() + CALL_TIMEOUT_MS })
/** A child instance that nobody has: reading it needs the right, and finds nothing. */
const NOBODYS = {
  childInstanceId: 'vpc-doctor',
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
} as const
const SESSION_NAME = 'cen-attach-doctor'
const OWNER_SESSION = { seconds: SHORTEST_SESSION_SECONDS, actions: 'sts:GetCallerIdentity', resource: '*' }
const NO_IDENTITY = { ok: false, failure: failureOf({ code: 'NoOidcProvider' }) } as const

/** One promise for each call and its arguments. */
function once<A extends readonly string[], T>(read: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  const readings = new Map<string, Promise<T>>()
  return (...args) => {
    const key = JSON.stringify(args)
    const reading = readings.get(key) ?? read(...args)
    readings.set(key, reading)
    return reading
  }
}

export function buildProbes(config: Config, env: Environment): Probes {
  const { requestQueueUrl, resultTopicArn, alibabaIdentity, grantRoleName, attacher } = config
  const connection = awsConnectionOf(env, requestQueueUrl, resultTopicArn)
  const { sqs, sns } = createAwsClients(connection)
  const iam = { region: connection.region ?? 'us-east-1', endpoint: awsEndpointOf(env, 'IAM') }
  const source = buildKeySource(config, connection, systemClock)
  const { cbn, sts } = directCalls(config, source, systemClock)
  const ram = createRpcCall({ endpoint: config.endpoints.ram, version: API_VERSIONS.ram }, source, systemClock)
  const { basic: basicCalls } = buildAttacher(config, connection, systemClock, undefined, source)
  const tried = async (action: string, answer: Promise<Answer<unknown>>) => ({ action, answer: await answer })

  return {
    aws: {
      queue: once((url) => readQueueFacts(sqs, url)),
      subscriptions: once(() => readSubscriptions(sns, resultTopicArn)),
      caller: once(() => answerOf(() => readCaller(connection, CALL_TIMEOUT_MS))),
      rights: once(() => tryRights({ sqs, sns }, config)),
      simulate: (principal, actions, resource) => simulate(connection, iam, { principal, actions, resource }),
    },
    keyless: {
      token: once(async () => {
        if (alibabaIdentity.kind !== 'oidc') return NO_IDENTITY
        const { tokenFile, audience } = alibabaIdentity
        const token = await answerOf(() =>
          tokenFile === undefined ? getWebIdentityToken(audience, connection) : readFile(tokenFile, 'utf8'),
        )
        return mapAnswer(token, (text) => text.trim())
      }),
      issuer: once((url) => readIssuer(url, issuerFingerprint)),
    },
    alibaba: {
      server: once((endpoint) => readServer(endpoint, systemClock.now)),
      session: once(() => answerOfKeys(() => source.keys())),
      caller: once(async () => {
        const keys = await answerOfKeys(() => source.keys())
        if (!keys.ok) return keys
        const answer = await getCallerIdentity(sts, limits())
        return mapAnswer(answer, ({ AccountId, Arn }) => ({ accountId: AccountId, arn: Arn }))
      }),
      rights: (cenId) =>
        Promise.all([
          tried('cen:DescribeCenAttachedChildInstances', describeCenAttachedChildInstances(cbn, cenId, 1, limits())),
          tried(
            'cen:DescribeCenAttachedChildInstanceAttribute',
            describeCenAttachedChildInstanceAttribute(cbn, { cenId, ...NOBODYS }, limits()),
          ),
          tried('cen:DescribeGrantRulesToCen', describeGrantRulesToCen(cbn, { cenId, ...NOBODYS }, limits())),
        ]),
      cens: once(() => describeCens(cbn, {}, limits())),
      cen: once(async (cenId) => {
        if (attacher.kind === 'fc') {
          const exists = await basicCalls.cenExists(cenId, limits())
          return mapAnswer(exists, (isSeen) => (isSeen ? { CenId: cenId, Status: 'Active' } : undefined))
        }
        const seen = await describeCens(cbn, { CenId: cenId }, limits())
        return mapAnswer(seen, (cens) => cens.find((cen) => cen.CenId === cenId))
      }),
      routers: once((cenId) => readRoutersOfCen(cbn, cenId, limits())),
      zones: once(async (regionId) => {
        const zones = await listTransitRouterAvailableResource(cbn, regionId, limits())
        return mapAnswer(zones, ({ available }) => available)
      }),
      serviceIsOpen: once(() => checkTransitRouterService(cbn, limits())),
      hasServiceRole: once(() => hasServiceRole(ram, limits())),
      grantRole: once((ownerId) => {
        const role = { name: grantRoleName ?? '', sessionName: SESSION_NAME }
        return assumeOwnerRole(sts, role, ownerId, OWNER_SESSION, limits())
      }),
      callFunction: once(() => basicCalls.cenExists('cen-doctor', limits())),
    },
  }
}

/** The error of a provider may hold whole files, so only a classified failure is kept. */
async function answerOfKeys<T>(read: () => Promise<T>): Promise<Answer<T>> {
  try {
    return answered(await read())
  } catch (error) {
    const failure = error as Partial<Failure>
    const isClassified = failure.kind !== undefined && failure.code !== undefined
    return { ok: false, failure: isClassified ? (failure as Failure) : failureOf({ code: 'CredentialsUnavailable' }) }
  }
}
