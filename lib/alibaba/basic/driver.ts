/** The driver of Basic Edition transit routers, for VPC, VBR and CCN. */
import { grantCall, UNKNOWN_CEN_OWNER } from '../../domain/grant-call.js'
import type { Driver } from '../../reconcile/driver.js'
import type { BasicCalls } from './calls.js'
import { previewAttach } from './preview.js'

/** An accepted attach is visible in the Describe answers after this, in milliseconds. */
const INVISIBLE_MS = 20_000

/** AttachCenChildInstance has no client token, so only a reading resolves an unknown outcome. */
export const createBasicDriver = (calls: BasicCalls): Driver => ({
  rules: { invisibleMs: INVISIBLE_MS },
  observe: calls.readState,
  attach: calls.attach,
  preview: (attachment, limits) => previewAttach(calls, attachment, limits),
  async ownerCall(attachment) {
    const owner = await calls.cenOwnerId()
    return { call: grantCall(attachment, owner.ok ? owner.value : UNKNOWN_CEN_OWNER), isComplete: owner.ok }
  },
  ...(calls.grant && { grant: calls.grant }),
})
