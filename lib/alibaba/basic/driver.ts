/** The driver of Basic Edition transit routers, for VPC, VBR and CCN. */
import { MINUTE_MS } from '../../domain/clock.js'
import { grantCall, UNKNOWN_CEN_OWNER } from '../../domain/grant-call.js'
import type { FieldFault } from '../../domain/messages/request.js'
import type { CallLimits, Driver, DriverRules, Target } from '../../reconcile/driver.js'
import { withOwnerChecked } from '../attachment-state.js'
import { revokeAndRead, revokeFaults } from '../detach/revoke.js'
import type { BasicCalls } from './calls.js'
import { previewDetach, requestDetach } from './detach.js'
import { previewAttach } from './preview.js'

/** AttachCenChildInstance has no client token, so only a reading resolves an unknown outcome. */
const RULES: DriverRules = {
  edition: 'basic',
  // An accepted attach is visible in the Describe answers after this.
  invisibleMs: 20_000,
  // An attach of what is attached already is refused.
  readsFirst: false,
  timePrecisionMs: MINUTE_MS,
  durations: { vary: false, longestMs: MINUTE_MS },
}

export function createBasicDriver(calls: BasicCalls): Driver {
  const { grant, revoke } = calls
  return {
    rules: RULES,
    faultsOf: (target) => [...misfits(target), ...revokeFaults(target, revoke !== undefined)],
    async observe({ action, attachment }, limits) {
      const read = await calls.readState(attachment, limits)
      // An attach does nothing to what is attached, so its owner does not matter.
      return read.ok && action === 'detach' ? withOwnerChecked(read.value, attachment, limits, calls.cenOwnerId) : read
    },
    attach: ({ attachment }, limits) => calls.attach(attachment, limits),
    detach: ({ attachment }, limits) => requestDetach(calls, attachment, limits),
    preview: (target, limits) =>
      target.action === 'detach'
        ? previewDetach(calls, target, limits)
        : previewAttach(calls, target.attachment, limits),
    async mendingCall({ attachment }: Target, { kind }) {
      if (kind !== 'not-granted') return undefined
      const owner = await calls.cenOwnerId()
      return { call: grantCall(attachment, owner.ok ? owner.value : UNKNOWN_CEN_OWNER), isComplete: owner.ok }
    },
    ...(grant && {
      grant: ({ attachment }: Target, clientToken: string, limits: CallLimits) =>
        grant(attachment, clientToken, limits),
    }),
    ...(revoke && {
      revoke: ({ attachment }: Target, limits: CallLimits) => revokeAndRead({ ...calls, revoke }, attachment, limits),
    }),
  }
}

const misfits = ({ attachment: { cenId, childInstanceRegionId }, options }: Target): FieldFault[] =>
  Object.keys(options).map((path) => ({
    path,
    message: `is for Enterprise Edition; ${cenId} has Basic Edition in ${childInstanceRegionId}`,
  }))
