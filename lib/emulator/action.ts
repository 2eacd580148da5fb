/** What every emulated action is: a function from a call to its answer's body. */
import { ApiError } from './api-error.js'
import type { Account, World } from './world.js'

export interface ApiCall {
  readonly action: string
  readonly version: string
  readonly parameters: Readonly<Record<string, string>>
  readonly caller: Account
}

export interface Scene {
  readonly world: World
  readonly nowMs: number
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

/** A CEN that the caller can see. */
export function requiredCen(call: ApiCall, { world }: Scene) {
  const cen = world.cen(required(call, 'CenId'))
  if (!cen) throw new ApiError('ParameterCenInstanceId', { message: 'The CEN does not exist.' })
  return cen
}
