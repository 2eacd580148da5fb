/** Builds the attacher that calls Alibaba's APIs itself, with the keys of whoever hosts it: the worker, or the function. */
import { type AlibabaCalls, createAttacher } from '../../lib/alibaba/attacher.js'
import { CBN_VERSION } from '../../lib/alibaba/cbn.js'
import type { KeySource } from '../../lib/alibaba/credential.js'
import { createMakeGrant, createOwnerGrant } from '../../lib/alibaba/owner-grant.js'
import { createRpcCall } from '../../lib/alibaba/rpc.js'
import { STS_VERSION } from '../../lib/alibaba/sts.js'
import type { AlibabaSettings } from '../../lib/alibaba-settings.js'
import { DEFAULT_CAPS } from '../../lib/limiter.js'
import { NOBODY } from '../../lib/observer.js'
import type { Attacher, Clock } from '../../lib/ports.js'

const SESSION_NAME = 'cen-attach-grant'

export const directCalls = (
  { endpoints }: AlibabaSettings,
  source: KeySource,
  clock: Clock,
  observer = NOBODY,
): AlibabaCalls => ({
  cbn: createRpcCall({ endpoint: endpoints.cbn, version: CBN_VERSION }, source, clock, observer),
  sts: createRpcCall({ endpoint: endpoints.sts, version: STS_VERSION }, source, clock, observer),
})

export function buildDirectAttacher(
  settings: AlibabaSettings,
  source: KeySource,
  clock: Clock,
  caps = DEFAULT_CAPS,
  observer = NOBODY,
): Attacher {
  const { endpoints, cenOwnerId, grantRoleName } = settings
  const calls = directCalls(settings, source, clock, observer)
  const role = grantRoleName === undefined ? undefined : { name: grantRoleName, sessionName: SESSION_NAME }
  return createAttacher(calls, clock, {
    caps,
    ...(cenOwnerId !== undefined && { cenOwnerId }),
    ...(role && { ownerGrant: createOwnerGrant(calls.sts, role, createMakeGrant(endpoints, clock, observer)) }),
  })
}
