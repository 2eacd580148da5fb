/** The service-linked role of CEN, which creates the network interfaces of Enterprise attachments (RAM 2015-05-01). */
import { type Answer, answered } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { RpcCall } from '../sdk/rpc.js'

/** Made by the console at the first use, or by CreateServiceLinkedRole for cen.aliyuncs.com. */
export const SERVICE_ROLE = 'AliyunServiceRoleForCEN'

/** True if the caller's account has the role. */
export async function hasServiceRole(call: RpcCall, limits: CallLimits): Promise<Answer<boolean>> {
  const answer = await call('GetRole', { RoleName: SERVICE_ROLE }, limits)
  if (answer.ok) return answered(true)
  return answer.failure.code === 'EntityNotExist.Role' ? answered(false) : answer
}
