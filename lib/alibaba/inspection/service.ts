/** What an account needs for transit routers: the service, which is opened once, and the service-linked role of CEN. */
import { type Answer, answered } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { readAnswer } from '../sdk/read-answer.js'
import type { RpcCall } from '../sdk/rpc.js'

/** A service that is not open is answered by an error, not by `false` (seen in a public provisioner). */
const NOT_OPEN = /^(?:USER_NOT_OPEN_TR_SERVICE|Forb+iden\.TransitRouterServiceNotOpen)$/i

/** True if the transit router service is open in the caller's account (Cbn 2017-09-12). */
export async function checkTransitRouterService(cbn: RpcCall, limits: CallLimits): Promise<Answer<boolean>> {
  const answer = await cbn('CheckTransitRouterService', {}, limits)
  if (!answer.ok && NOT_OPEN.test(answer.failure.code)) return answered(false)
  return readAnswer(answer, ({ Enabled = false }) =>
    /^(?:true|false)$/.test(String(Enabled)) ? String(Enabled) === 'true' : undefined,
  )
}

/** It creates the network interfaces of Enterprise attachments; made by the console at the first use, or by CreateServiceLinkedRole for cen.aliyuncs.com. */
export const SERVICE_ROLE = 'AliyunServiceRoleForCEN'

/** True if the caller's account has the role (RAM 2015-05-01). */
export async function hasServiceRole(ram: RpcCall, limits: CallLimits): Promise<Answer<boolean>> {
  const answer = await ram('GetRole', { RoleName: SERVICE_ROLE }, limits)
  if (answer.ok) return answered(true)
  return answer.failure.code === 'EntityNotExist.Role' ? answered(false) : answer
}
