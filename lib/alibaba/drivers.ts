/** Finds the driver of an attachment: by its type, and by the edition of the transit router in its region. */
import type { Attachment } from '../domain/attachment.js'
import { type Answer, type Failure, failureOf, normalCode } from '../domain/failure.js'
import type { Driver, Drivers } from '../reconcile/driver.js'
import type { RouterReading, TransitRouters } from './enterprise/transit-routers.js'

interface DriversOptions {
  readonly basic: Driver
  /** The Enterprise Edition driver of a type, for a router as it was read, or for none. */
  readonly enterprise: (type: 'VPC' | 'VBR', router: RouterReading) => Driver
  readonly routers: Pick<TransitRouters, 'find'>
  /** `existing`: an attachment in a region without a transit router is refused (TRANSIT_ROUTER). */
  readonly transitRouter: 'create' | 'existing'
}

export const createDrivers = ({ basic, enterprise, routers, transitRouter }: DriversOptions): Drivers => ({
  async find({ attachment }, limits) {
    const { cenId, childInstanceType: type, childInstanceRegionId: regionId } = attachment
    // No page documents a CCN on an Enterprise Edition router.
    if (type === 'CCN') return found(basic)
    const router = await routers.find({ cenId, regionId }, limits)
    if (!router.ok) {
      // No retry can help, so the request is refused as soon as it would write.
      return router.failure.kind === 'rejected' ? found(refusing(enterprise(type, NONE), router.failure)) : router
    }
    switch (router.value.is) {
      case 'basic':
        return found(basic)
      case 'hidden':
        return found(namingTheRight(basic, router.value.failure))
      case 'enterprise':
        return found(enterprise(type, router.value))
      case 'none': {
        const driver = enterprise(type, router.value)
        return found(transitRouter === 'create' ? driver : refusing(driver, missing(attachment)))
      }
    }
  },
})

const NONE: RouterReading = { is: 'none' }

const found = (driver: Driver): Answer<Driver> => ({ ok: true, value: driver })

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
  preview: async () => ({
    ok: true,
    value: { would: 'refuse', reasons: [`${failure.code}: ${failure.message}`, failure.advice] },
  }),
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
