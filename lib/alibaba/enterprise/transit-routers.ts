/** Which transit router, and so which edition, a CEN has in a region: one look-up in an hour for each of them. */
import type { Clock } from '../../domain/clock.js'
import { HOUR_MS, MINUTE_MS } from '../../domain/clock.js'
import { type Answer, answered, type Failure } from '../../domain/failure.js'
import { putNewest } from '../../domain/kept.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { RpcCall } from '../sdk/rpc.js'
import { findTransitRouter, type ListedRouter } from './calls/routers.js'

export type RouterReading =
  | { readonly is: 'none' }
  | { readonly is: 'basic'; readonly transitRouterId: string }
  | { readonly is: 'enterprise'; readonly transitRouterId: string; readonly status: string }
  /** The identity may not list transit routers. */
  | { readonly is: 'hidden'; readonly failure: Failure }

interface RouterId {
  readonly cenId: string
  readonly regionId: string
}

export interface TransitRouters {
  /** The remembered reading, if it still holds. */
  known(router: RouterId): RouterReading | undefined
  /** `fresh`: read again. Readings of one CEN and region are shared, one in flight at most. Never rejects. */
  find(router: RouterId, limits: CallLimits & { readonly fresh?: boolean }): Promise<Answer<RouterReading>>
  /** The remembered reading no longer holds. */
  forget(router: RouterId): void
}

/** How long a reading is remembered. The code of a later call shows that an edition changed; nothing shows that a right was granted. */
const VALID_MS: Readonly<Record<RouterReading['is'], number>> = {
  basic: HOUR_MS,
  enterprise: HOUR_MS,
  hidden: 5 * MINUTE_MS,
  none: 0,
}
const MAX_KNOWN = 2_000

/** A router in these states becomes an Enterprise one, or a usable one, within minutes. */
const IN_CHANGE: ReadonlySet<string> = new Set(['Creating', 'Upgrading'])

/** `cbn`: readings, paced. */
export function createTransitRouters(cbn: RpcCall, clock: Clock): TransitRouters {
  const known = new Map<string, { readonly reading: RouterReading; readonly atMs: number }>()
  const inFlight = new Map<string, Promise<Answer<RouterReading>>>()
  const keyOf = ({ cenId, regionId }: RouterId) => `${cenId} ${regionId}`

  const read = async (router: RouterId, limits: CallLimits): Promise<Answer<RouterReading>> => {
    const key = keyOf(router)
    const reading = toReading(await findTransitRouter(cbn, router, limits))
    if (reading.ok && isLasting(reading.value))
      putNewest(known, key, { reading: reading.value, atMs: clock.now() }, MAX_KNOWN)
    else known.delete(key)
    return reading
  }

  const knownReading = (router: RouterId): RouterReading | undefined => {
    const one = known.get(keyOf(router))
    return one && clock.now() - one.atMs < VALID_MS[one.reading.is] ? one.reading : undefined
  }

  return {
    known: knownReading,
    find(router, { fresh = false, ...limits }) {
      const key = keyOf(router)
      const before = fresh ? undefined : knownReading(router)
      if (before) return Promise.resolve(answered(before))
      const pending = inFlight.get(key) ?? read(router, limits).finally(() => inFlight.delete(key))
      inFlight.set(key, pending)
      return pending
    },
    forget: (router) => void known.delete(keyOf(router)),
  }
}

function toReading(answer: Answer<readonly ListedRouter[]>): Answer<RouterReading> {
  if (!answer.ok) {
    const { failure } = answer
    if (failure.kind === 'absent') return answered({ is: 'none' })
    return failure.kind === 'unauthorized' ? answered({ is: 'hidden', failure }) : answer
  }
  const [router] = answer.value
  if (!router) return answered({ is: 'none' })
  const { TransitRouterId: transitRouterId, Type, Status: status } = router
  const isBasic = Type === 'Basic' && !IN_CHANGE.has(status)
  return answered(isBasic ? { is: 'basic', transitRouterId } : { is: 'enterprise', transitRouterId, status })
}

const isLasting = (reading: RouterReading): boolean =>
  VALID_MS[reading.is] > 0 && !(reading.is === 'enterprise' && reading.status !== 'Active')
