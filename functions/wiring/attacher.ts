/** Builds the attacher: who it is for Alibaba, which servers it calls, and whether it may grant for the owners. */
import { readFile } from 'node:fs/promises'
import { createAttacher } from '../../lib/alibaba/attacher.js'
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

export function buildAttacher(config: Config, awsPlace: AwsPlace, clock: Clock): Attacher {
  const { endpoints, alibabaIdentity, cenOwnerId, grantRoleName } = config
  const source = createKeySource(alibabaIdentity, {
    stsEndpoint: endpoints.sts,
    clock,
    readToken: ({ tokenFile, audience }) =>
      tokenFile === undefined ? getWebIdentityToken(audience, awsPlace) : readFile(tokenFile, 'utf8'),
  })
  const cbn = createRpcCall({ endpoint: endpoints.cbn, version: CBN_VERSION }, source, clock)
  const sts = createRpcCall({ endpoint: endpoints.sts, version: STS_VERSION }, source, clock)
  const ownerGrant =
    grantRoleName === undefined
      ? undefined
      : createOwnerGrant(sts, { name: grantRoleName, sessionName: SESSION_NAME }, createMakeGrant(endpoints, clock))
  return createAttacher({ cbn, sts }, clock, {
    ...(cenOwnerId !== undefined && { cenOwnerId }),
    ...(ownerGrant && { ownerGrant }),
  })
}
