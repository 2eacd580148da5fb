/** What the CEN API (Cbn 2017-09-12) shows of transit routers, by calls that change nothing. */
import * as v from 'valibot'
import { type Answer, answered, mapAnswer } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { unreadable } from '../sdk/read-answer.js'
import { NUMBERED_PAGE, readAllNumbers } from '../sdk/read-lists.js'
import type { Body, RpcCall } from '../sdk/rpc.js'

/** A CEN has one transit router in a region: more pages than this are an unreadable answer. */
const MAX_PAGES = 10

const TransitRouter = v.object({
  TransitRouterId: v.string(),
  RegionId: v.string(),
  /** `Basic` or `Enterprise`. */
  Type: v.string(),
  /** `Creating`, `Active`, `Modifying`, `Deleting`, `Upgrading`. */
  Status: v.string(),
})
export type TransitRouterFacts = v.InferOutput<typeof TransitRouter>
const Routers = v.object({ TransitRouters: v.optional(v.array(TransitRouter), []) })

/** All transit routers of a CEN: one in each region that has one. */
export const readRoutersOfCen = (
  call: RpcCall,
  CenId: string,
  limits: CallLimits,
): Promise<Answer<readonly TransitRouterFacts[]>> =>
  readAllNumbers(
    async (page) => {
      const query = { CenId, PageNumber: String(page), PageSize: String(NUMBERED_PAGE) }
      const answer = read(Routers, await call('ListTransitRouters', query, limits))
      return mapAnswer(answer, ({ TransitRouters }) => TransitRouters)
    },
    NUMBERED_PAGE,
    MAX_PAGES,
  )

const Service = v.object({ Enabled: v.optional(v.union([v.boolean(), v.picklist(['true', 'false'])])) })
/** A service that is not open is answered by an error, not by `false` (seen in a public provisioner). */
const NOT_OPEN = /^(?:USER_NOT_OPEN_TR_SERVICE|Forb+iden\.TransitRouterServiceNotOpen)$/i

/** True if the transit router service is open in the caller's account. */
export async function checkTransitRouterService(call: RpcCall, limits: CallLimits): Promise<Answer<boolean>> {
  const answer = read(Service, await call('CheckTransitRouterService', {}, limits))
  if (answer.ok) return answered(String(answer.value.Enabled) === 'true')
  return NOT_OPEN.test(answer.failure.code) ? answered(false) : answer
}

function read<T>(schema: v.GenericSchema<unknown, T>, answer: Answer<Body>): Answer<T> {
  if (!answer.ok) return answer
  const parsed = v.safeParse(schema, answer.value)
  return parsed.success ? answered(parsed.output) : unreadable('the answer lacks the fields of the API')
}
