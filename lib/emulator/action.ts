/** What every emulated action is: a function from a call to its answer's body. */
import type { Random } from '../backoff.js'
import { ApiError } from './api-error.js'
import type { Caller, Cen, World } from './world.js'

export interface ApiCall {
  readonly action: string
  readonly version: string
  readonly parameters: Readonly<Record<string, string>>
  readonly caller: Caller
}

export interface Scene {
  readonly world: World
  readonly nowMs: number
  readonly random: Random
}

/** Returns the body without its RequestId; throws an ApiError. */
export type Action = (call: ApiCall, scene: Scene) => Readonly<Record<string, unknown>>

/** A required parameter. */
export function required(call: ApiCall, name: string, pattern = /^[\w.-]+$/): string {
  const value = call.parameters[name]
  if (value === undefined || value === '')
    throw new ApiError('MissingParameter', { message: `The parameter ${name} is missing.` })
  if (!pattern.test(value)) throw new ApiError('InvalidParameter', { message: `The parameter ${name} is invalid.` })
  return value
}

/** A parameter that may be absent. */
export const optional = (call: ApiCall, name: string, pattern?: RegExp): string | undefined =>
  call.parameters[name] === undefined ? undefined : required(call, name, pattern)

/** A CEN of the caller, or one that `mayAlso` lets the caller see. */
export function requiredCen(call: ApiCall, { world }: Scene, mayAlso: (cen: Cen) => boolean = () => false): Cen {
  const cen = world.cen(required(call, 'CenId'))
  if (!cen || (cen.ownerId !== call.caller.accountId && !mayAlso(cen)))
    throw new ApiError('ParameterCenInstanceId', { message: 'The CEN does not exist.' })
  return cen
}
