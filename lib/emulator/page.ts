/** Pages, as the Describe actions of Cbn have them: PageNumber from 1, PageSize 10 by default, 50 at most. */
import type { ApiCall } from './action.js'
import { ApiError } from './api-error.js'

export function paged<T>(all: readonly T[], { parameters }: ApiCall) {
  const PageNumber = Number(parameters.PageNumber ?? 1)
  const PageSize = Number(parameters.PageSize ?? 10)
  const whole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most
  if (!whole(PageNumber, 1_000_000)) throw new ApiError('InvalidParameter', { message: 'PageNumber is invalid.' })
  if (!whole(PageSize, 50)) throw new ApiError('InvalidParameter', { message: 'PageSize must be from 1 to 50.' })
  const first = (PageNumber - 1) * PageSize
  return { items: all.slice(first, first + PageSize), PageNumber, PageSize, TotalCount: all.length }
}
