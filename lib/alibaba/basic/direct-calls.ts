/** The Basic Edition calls, made by this process on Alibaba's APIs. */
import type { LimiterCaps } from '../../admission/limiter.js'
import type { Clock } from '../../domain/clock.js'
import { mapAnswer } from '../../domain/failure.js'
import { createCenOwnerLookup, getCallerIdentity } from '../credentials/sts.js'
import type { RpcCall } from '../sdk/rpc.js'
import { createAttachmentFinder } from './attachment-finder.js'
import type { BasicCalls } from './calls.js'
import { attachCenChildInstance, describeCens, describeGrantRulesToCen, detachCenChildInstance } from './cbn.js'
import type { OwnerGrant } from './owner-grant.js'
import { createStateReader } from './state-reader.js'

export interface AlibabaCalls {
  readonly cbn: RpcCall
  readonly sts: RpcCall
}

interface DirectCallsOptions {
  /** The account that owns the CENs; absent: read from STS, once. */
  readonly cenOwnerId?: string
  /** Absent: no grants are made for the owners, nor taken back. */
  readonly ownerGrant?: OwnerGrant
  readonly caps?: LimiterCaps
}

const IDENTITY_TIMEOUT_MS = 10_000

export function createDirectCalls(
  { cbn, sts }: AlibabaCalls,
  clock: Clock,
  options: DirectCallsOptions = {},
): BasicCalls {
  const { cenOwnerId: configuredOwnerId, ownerGrant, caps } = options
  const cenOwnerId = createCenOwnerLookup(configuredOwnerId, async ({ delivery }) => {
    const answer = await getCallerIdentity(sts, { delivery, deadlineMs: clock.now() + IDENTITY_TIMEOUT_MS })
    return mapAnswer(answer, ({ AccountId }) => AccountId)
  })
  const findAttachment = createAttachmentFinder(cbn, clock)

  return {
    async attach(attachment, limits) {
      const answer = await attachCenChildInstance(cbn, attachment, limits)
      return mapAnswer(answer, ({ RequestId }) => ({ apiRequestId: RequestId }))
    },
    async detach(attachment, limits) {
      if (attachment.childInstanceOwnerId === undefined)
        return detachCenChildInstance(cbn, attachment, undefined, limits)
      const cenOwner = await cenOwnerId()
      return cenOwner.ok ? detachCenChildInstance(cbn, attachment, cenOwner.value, limits) : cenOwner
    },
    readState: createStateReader(cbn, clock, caps),
    async cenExists(cenId, limits) {
      const answer = await describeCens(cbn, { CenId: cenId }, limits)
      return mapAnswer(answer, (cens) => cens.some(({ CenId }) => CenId === cenId))
    },
    attachedTo: ({ childInstanceId }, limits) => findAttachment(childInstanceId, limits),
    isGranted: (attachment, limits) => describeGrantRulesToCen(cbn, attachment, limits),
    cenOwnerId,
    ...(ownerGrant && {
      async grant(attachment, clientToken, limits) {
        const cenOwner = await cenOwnerId()
        return cenOwner.ok ? ownerGrant.grant(attachment, cenOwner.value, clientToken, limits) : cenOwner
      },
      async revoke(attachment, limits) {
        const cenOwner = await cenOwnerId()
        return cenOwner.ok ? ownerGrant.revoke(attachment, cenOwner.value, limits) : cenOwner
      },
    }),
  }
}
