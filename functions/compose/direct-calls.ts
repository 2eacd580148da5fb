/** Builds the driver's direct calls of Alibaba's APIs, with the credentials of its host: the worker, or the function. */
import { DEFAULT_CAPS } from '../../lib/admission/limiter.js'
import type { BasicCalls } from '../../lib/alibaba/basic/calls.js'
import { type AlibabaCalls, createDirectCalls } from '../../lib/alibaba/basic/direct-calls.js'
import { createMakeGrant, createOwnerGrant } from '../../lib/alibaba/basic/owner-grant.js'
import { fixedKeys, type KeySource } from '../../lib/alibaba/credentials/key-source.js'
import { type Connect, createOwnerApis, type EnterpriseApis } from '../../lib/alibaba/enterprise/calls/apis.js'
import { byKey } from '../../lib/alibaba/sdk/remembered.js'
import { API_VERSIONS, createRpcCall } from '../../lib/alibaba/sdk/rpc.js'
import type { AlibabaSettings } from '../../lib/config/alibaba.js'
import type { Clock } from '../../lib/domain/clock.js'
import { NO_OBSERVER } from '../../lib/telemetry/observer.js'

const SESSION_NAME = 'cen-attach-grant'

export const directCalls = (
  { endpoints }: AlibabaSettings,
  source: KeySource,
  clock: Clock,
  observer = NO_OBSERVER,
): AlibabaCalls => ({
  cbn: createRpcCall({ endpoint: endpoints.cbn, version: API_VERSIONS.cbn }, source, clock, observer),
  sts: createRpcCall({ endpoint: endpoints.sts, version: API_VERSIONS.sts }, source, clock, observer),
})

export function buildDirectCalls(
  settings: AlibabaSettings,
  source: KeySource,
  clock: Clock,
  caps = DEFAULT_CAPS,
  observer = NO_OBSERVER,
): BasicCalls {
  const { endpoints, cenOwnerId, grantRoleName } = settings
  const calls = directCalls(settings, source, clock, observer)
  const role = grantRoleName === undefined ? undefined : { name: grantRoleName, sessionName: SESSION_NAME }
  const make = createMakeGrant(endpoints, clock, observer)
  return createDirectCalls(calls, clock, {
    caps,
    ...(cenOwnerId !== undefined && { cenOwnerId }),
    ...(role && { ownerGrant: createOwnerGrant(calls.sts, role, make) }),
  })
}

/** The APIs of Enterprise Edition, called by this process. */
export function buildDirectApis(
  settings: AlibabaSettings,
  source: KeySource,
  clock: Clock,
  observer = NO_OBSERVER,
): EnterpriseApis {
  const { endpoints, grantRoleName } = settings
  const calls = directCalls(settings, source, clock, observer)
  const apiOf = (product: 'cbn' | 'vpc', regionId: string) =>
    product === 'cbn'
      ? { endpoint: endpoints.cbn, version: API_VERSIONS.cbn }
      : { endpoint: endpoints.vpc ?? `https://vpc.${regionId}.aliyuncs.com`, version: API_VERSIONS.vpc }
  const connect: Connect = (product, regionId, keys) =>
    createRpcCall(apiOf(product, regionId), fixedKeys(keys), clock, observer)
  const role = grantRoleName === undefined ? undefined : { name: grantRoleName, sessionName: SESSION_NAME }
  return {
    cbn: calls.cbn,
    vpc: byKey((regionId) => createRpcCall(apiOf('vpc', regionId), source, clock, observer)),
    ...(role && { asOwner: createOwnerApis(calls.sts, role, connect, clock) }),
  }
}
