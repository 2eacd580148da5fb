/** The type of an emulated action, and how an action reads its parameters. */
import { CHILD_INSTANCE_TYPES } from '../../domain/attachment.js'
import type { Random } from '../../domain/backoff.js'
import { GRANT_ORDER_TYPES } from '../../domain/grant-call.js'
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

/** Returns the body of the answer without its RequestId; throws an ApiError. */
export type Action = (call: EmulatedCall, context: ActionContext) => Readonly<Record<string, unknown>>

/** A type of child instance. */
export const CHILD_TYPE = new RegExp(`^(?:${CHILD_INSTANCE_TYPES.join('|')})$`)

/** A ClientToken. */
export const CLIENT_TOKEN = /^[\x20-\x7e]{1,64}$/

/** Who pays for an attachment. */
export const ORDER_TYPE = new RegExp(`^(?:${GRANT_ORDER_TYPES.join('|')})$`)

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

/** A CEN that the caller owns, or that `isVisible` allows. */
export function requiredCen(
  call: EmulatedCall,
  { world }: ActionContext,
  isVisible: (cen: EmulatedCen) => boolean = () => false,
): EmulatedCen {
  const cen = world.cen(required(call, 'CenId'))
  if (!cen || (cen.ownerId !== call.caller.accountId && !isVisible(cen)))
    throw new ApiError('ParameterCenInstanceId', { message: 'The CEN does not exist.' })
  return cen
}

/** One page of a Describe action: PageNumber from 1, PageSize 10 by default and at most 50. */
export function paginate<T>(all: readonly T[], { parameters }: EmulatedCall) {
  const PageNumber = Number(parameters.PageNumber ?? 1)
  const PageSize = Number(parameters.PageSize ?? 10)
  const whole = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max
  if (!whole(PageNumber, 1_000_000)) throw new ApiError('InvalidParameter', { message: 'PageNumber is invalid.' })
  if (!whole(PageSize, 50)) throw new ApiError('InvalidParameter', { message: 'PageSize must be from 1 to 50.' })
  const first = (PageNumber - 1) * PageSize
  return { items: all.slice(first, first + PageSize), PageNumber, PageSize, TotalCount: all.length }
}
