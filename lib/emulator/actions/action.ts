/** What every emulated action is: a function from a call to its answer's body. */
import type { Random } from '../../domain/backoff.js'
import { ApiError } from '../api-error.js'
import type { Caller, EmulatedCen, World } from '../world/world.js'

export interface EmulatedCall {
  readonly action: string
  readonly version: string
  readonly parameters: Readonly<Record<string, string>>
  readonly caller: Caller
}

export interface ActionContext {
  readonly world: World
  readonly nowMs: number
  readonly random: Random
}

/** Returns the body without its RequestId; throws an ApiError. */
export type Action = (call: EmulatedCall, context: ActionContext) => Readonly<Record<string, unknown>>

/** A required parameter. */
export function required(call: EmulatedCall, name: string, pattern = /^[\w.-]+$/): string {
  const value = call.parameters[name]
  if (value === undefined || value === '')
    throw new ApiError('MissingParameter', { message: `The parameter ${name} is missing.` })
  if (!pattern.test(value)) throw new ApiError('InvalidParameter', { message: `The parameter ${name} is invalid.` })
  return value
}

/** A parameter that may be absent. */
export const optional = (call: EmulatedCall, name: string, pattern?: RegExp): string | undefined =>
  call.parameters[name] === undefined ? undefined : required(call, name, pattern)

/** A CEN of the caller, or one that `mayAlso` lets the caller see. */
export function requiredCen(
  call: EmulatedCall,
  { world }: ActionContext,
  mayAlso: (cen: EmulatedCen) => boolean = () => false,
): EmulatedCen {
  const cen = world.cen(required(call, 'CenId'))
  if (!cen || (cen.ownerId !== call.caller.accountId && !mayAlso(cen)))
    throw new ApiError('ParameterCenInstanceId', { message: 'The CEN does not exist.' })
  return cen
}

export function paginate<T>(all: readonly T[], { parameters }: EmulatedCall) {
  const PageNumber = Number(parameters.PageNumber ?? 1)
  const PageSize = Number(parameters.PageSize ?? 10)
  const whole = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max
  if (!whole(PageNumber, 1_000_000)) throw new ApiError('InvalidParameter', { message: 'PageNumber is invalid.' })
  if (!whole(PageSize, 50)) throw new ApiError('InvalidParameter', { message: 'PageSize must be from 1 to 50.' })
  const first = (PageNumber - 1) * PageSize
  return { items: all.slice(first, first + PageSize), PageNumber, PageSize, TotalCount: all.length }
}
