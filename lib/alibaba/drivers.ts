/** Finds the driver of an attachment: by its type, and by the edition of the transit router in its region. */
import type { Attachment } from '../domain/attachment.js'
import { answered, type Failure, failureOf, normalCode } from '../domain/failure.js'
import type { Driver, Drivers } from '../reconcile/driver.js'
import type { RouterChildType } from './enterprise/calls/attachments.js'
import type { RouterReading, TransitRouters } from './enterprise/transit-routers.js'
import { reasonsOf } from './verdict.js'

interface DriversOptions {
  readonly basic: Driver
  /** The Enterprise Edition driver of a type, for a router as it was read, or for none. */
  readonly enterprise: (type: RouterChildType, router: RouterReading) => Driver
  readonly routers: Pick<TransitRouters, 'known' | 'find'>
  /** `existing`: an attachment in a region without a transit router is refused (TRANSIT_ROUTER). */
  readonly transitRouter: 'create' | 'existing'
}

export function createDrivers({ basic, enterprise, routers, transitRouter }: DriversOptions): Drivers {
  const routerOf = ({ cenId, childInstanceRegionId: regionId }: Attachment) => ({ cenId, regionId })
  const driverOf = (attachment: Attachment, type: RouterChildType, router: RouterReading): Driver => {
    switch (router.is) {
      case 'basic':
        return basic
      case 'hidden':
        return namingTheRight(basic, router.failure)
      case 'enterprise':
        return enterprise(type, router)
      case 'none': {
        const driver = enterprise(type, router)
        return transitRouter === 'create' ? driver : refusing(driver, missing(attachment))
      }
    }
  }
  return {
    known(attachment) {
      const { childInstanceType: type } = attachment
      // No page documents a CCN on an Enterprise Edition router.
      if (type === 'CCN') return basic
      const router = routers.known(routerOf(attachment))
      return router && driverOf(attachment, type, router)
    },
    async find({ attachment, action }, limits) {
      const { childInstanceType: type } = attachment
      if (type === 'CCN') return answered(basic)
      const router = await routers.find(routerOf(attachment), limits)
      const isHidden = router.ok && router.value.is === 'hidden'
      // A detach ends by the edition itself: an attachment of the other edition would show as absent.
      if (action === 'detach' && limits.fresh && isHidden) return { ok: false, failure: router.value.failure }
      if (router.ok) return answered(driverOf(attachment, type, router.value))
      if (action === 'detach') return router
      // No retry can help, so the request is refused as soon as it would write.
      return router.failure.kind === 'rejected' ? answered(refusing(enterprise(type, NONE), router.failure)) : router
    },
  }
}

const NONE: RouterReading = { is: 'none' }

const missing = ({ cenId, childInstanceRegionId }: Attachment): Failure =>
  failureOf({
    code: 'TransitRouterMissing',
    message: `${cenId} has no transit router in ${childInstanceRegionId}, and TRANSIT_ROUTER is existing`,
  })

/** The driver, whose attach is refused before any call. */
const refusing = (driver: Driver, failure: Failure): Driver => ({
  ...driver,
  attach: async (_target, { refused }) => {
    refused?.(failure)
    return { ok: false, failure }
  },
  preview: async () => answered({ would: 'refuse', reasons: reasonsOf(failure) }),
})

const NOT_BASIC = normalCode('OperationFailed.InvalidTransitRouter')

/** Basic Edition, because the edition cannot be read: a refusal for another edition names the right that is missing. */
const namingTheRight = (basic: Driver, hidden: Failure): Driver => ({
  ...basic,
  async attach(target, limits) {
    const answer = await basic.attach(target, limits)
    if (answer.ok || normalCode(answer.failure.code) !== NOT_BASIC) return answer
    const { code, message, apiRequestId } = answer.failure
    const why = `The edition could not be read (ListTransitRouters: ${hidden.code}): give the identity of the worker cen:ListTransitRouters on the CEN, then ask again.`
    return {
      ok: false,
      failure: failureOf({
        code,
        message: `${message} ${why}`,
        apiRequestId,
        action: 'AttachCenChildInstance',
        advice: why,
      }),
    }
  },
})
