/** Which CEN of the account holds a child instance: no action answers that, so all CENs are listed, once for many questions. */
import type { Answer, CallLimits, Clock } from '../ports.js'
import { describeCenAttachedChildInstances, describeCens, PAGE_SIZE } from './cbn.js'
import type { RpcCall } from './rpc.js'

/** A list this old still answers; a campaign of dry runs lists the account a few times, not once a row. */
const FRESH_MS = 10_000

/** The id of the CEN that a child instance is attached to, or undefined where no CEN of this account has it. */
export type Whereabouts = (childInstanceId: string, limits: CallLimits) => Promise<Answer<string | undefined>>

export function createWhereabouts(call: RpcCall, clock: Clock): Whereabouts {
  let listed: Promise<Answer<ReadonlyMap<string, string>>> | undefined
  let listedAtMs = -Infinity

  const list = async (limits: CallLimits): Promise<Answer<ReadonlyMap<string, string>>> => {
    const where = new Map<string, string>()
    for (let pageNumber = 1; ; pageNumber++) {
      const cens = await describeCens(call, { pageNumber }, limits)
      if (!cens.ok) return cens
      for (const { CenId } of cens.value) {
        const children = await childrenOf(call, CenId, limits)
        if (!children.ok) return children
        for (const child of children.value) where.set(child, CenId)
      }
      if (cens.value.length < PAGE_SIZE) return { ok: true, value: where }
    }
  }

  return async (childInstanceId, limits) => {
    if (listed === undefined || clock.now() - listedAtMs > FRESH_MS) {
      listedAtMs = clock.now()
      listed = list(limits)
    }
    const answer = await listed
    if (answer.ok) return { ok: true, value: answer.value.get(childInstanceId) }
    listed = undefined
    return answer
  }
}

async function childrenOf(call: RpcCall, cenId: string, limits: CallLimits): Promise<Answer<readonly string[]>> {
  const children: string[] = []
  for (let pageNumber = 1; ; pageNumber++) {
    const page = await describeCenAttachedChildInstances(call, cenId, pageNumber, limits)
    if (!page.ok) return page
    children.push(...page.value.instances.map(({ ChildInstanceId }) => ChildInstanceId))
    if (page.value.instances.length < PAGE_SIZE) return { ok: true, value: children }
  }
}
