/** Reads a call from an HTTP request: action, version, parameters and authenticated caller. */
import type { EmulatedCall } from '../actions/action.js'
import { EMULATED_PRODUCTS } from '../actions/products.js'
import { ApiError } from '../api-error.js'
import {
  type FindKeyHolder,
  PROTOCOL_PARAMETERS,
  type SignedRequest,
  verifyV1Signature,
  verifyV3Signature,
} from '../auth/signature.js'
import { ANONYMOUS, type World } from '../world/world.js'

/** Reads both forms: headers with a V3 signature, or parameters with a V1 signature. Throws an ApiError on a wrong signature. */
export function readCall(request: SignedRequest, world: World, nowMs: number): EmulatedCall {
  const { headers, query, body } = request
  const form = String(headers['content-type'] ?? '').includes('x-www-form-urlencoded') ? new URLSearchParams(body) : []
  const all = [...query, ...form]
  const named: Partial<Record<string, string>> = Object.fromEntries(all)
  const header = (name: string) => (headers[name] === undefined ? undefined : String(headers[name]))
  const action = header('x-acs-action') ?? named.Action ?? ''
  const version = header('x-acs-version') ?? named.Version ?? ''
  const parameters = Object.fromEntries(all.filter(([name]) => !PROTOCOL_PARAMETERS.has(name)))
  const call = { action, version, parameters }
  const findKeyHolder = createFindKeyHolder(world, nowMs)
  if (header('authorization') !== undefined) return { ...call, caller: verifyV3Signature(request, findKeyHolder) }
  if (named.Signature !== undefined) return { ...call, caller: verifyV1Signature(request.method, all, findKeyHolder) }
  if (EMULATED_PRODUCTS[version]?.actions[action]?.unsigned) return { ...call, caller: ANONYMOUS }
  throw new ApiError('MissingParameter', { message: 'The request is not signed.' })
}

/** Accepts a known key with its own security token until its session ends. */
export const createFindKeyHolder =
  (world: World, nowMs: number): FindKeyHolder =>
  (accessKeyId, securityToken) => {
    const holder = world.accountOfKey(accessKeyId)
    if (!holder?.accessKeySecret)
      throw new ApiError('InvalidAccessKeyId.NotFound', { message: 'Specified access key is not found.' })
    const { accessKeySecret, session } = holder
    if (holder.securityToken !== undefined && !securityToken)
      throw new ApiError('MissingSecurityToken', { message: 'SecurityToken is mandatory for this action.' })
    const ended = session !== undefined && nowMs >= session.expiresAtMs
    if (ended || holder.securityToken !== (securityToken || undefined))
      throw new ApiError('InvalidSecurityToken.Expired', { message: 'The security token is not valid.' })
    return { ...holder, accessKeySecret }
  }
