/** Builds the attacher: who it is for Alibaba, which servers it calls, and whether it may grant for the owners. */
import { readFile } from 'node:fs/promises'
import { type AlibabaCalls, createAttacher } from '../../lib/alibaba/attacher.js'
import { CBN_VERSION } from '../../lib/alibaba/cbn.js'
import { createKeySource } from '../../lib/alibaba/identity.js'
import { createMakeGrant, createOwnerGrant } from '../../lib/alibaba/owner-grant.js'
import { createRpcCall } from '../../lib/alibaba/rpc.js'
import { STS_VERSION } from '../../lib/alibaba/sts.js'
import type { AwsPlace } from '../../lib/aws/clients.js'
import { getWebIdentityToken } from '../../lib/aws/web-identity-token.js'
import type { Config } from '../../lib/config.js'
import type { Attacher, Clock } from '../../lib/ports.js'

const SESSION_NAME = 'cen-attach-grant'

/** The calls of the identity that the settings name. */
export function buildCalls({ endpoints, alibabaIdentity }: Config, awsPlace: AwsPlace, clock: Clock): AlibabaCalls {
  const source = createKeySource(alibabaIdentity, {
    stsEndpoint: endpoints.sts,
    clock,
    readToken: ({ tokenFile, audience }) =>
      tokenFile === undefined ? getWebIdentityToken(audience, awsPlace) : readFile(tokenFile, 'utf8'),
  })
  return {
    cbn: createRpcCall({ endpoint: endpoints.cbn, version: CBN_VERSION }, source, clock),
    sts: createRpcCall({ endpoint: endpoints.sts, version: STS_VERSION }, source, clock),
  }
}

export function buildAttacher(config: Config, awsPlace: AwsPlace, clock: Clock): Attacher {
  const { endpoints, cenOwnerId, grantRoleName } = config
  const calls = buildCalls(config, awsPlace, clock)
  const ownerGrant =
    grantRoleName === undefined
      ? undefined
      : createOwnerGrant(
          calls.sts,
          { name: grantRoleName, sessionName: SESSION_NAME },
          createMakeGrant(endpoints, clock),
        )
  return createAttacher(calls, clock, {
    ...(cenOwnerId !== undefined && { cenOwnerId }),
    ...(ownerGrant && { ownerGrant }),
  })
}
