/** Complete lists, by reading only: every attachment of a CEN, every CEN of the account. */
import { type Answer, failureOf } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { RpcCall } from '../sdk/rpc.js'
import {
  type ChildInstanceState,
  describeCenAttachedChildInstances,
  describeCens,
  MAX_LISTED,
  PAGE_SIZE,
} from './cbn.js'

export interface Inventory {
  /** Every entry of a CEN's list, with the API's fields; none for a CEN that does not exist. */
  attachedTo(cenId: string, limits: CallLimits): Promise<Answer<readonly ChildInstanceState[]>>
  /** The ids of the account's CENs. */
  cens(limits: CallLimits): Promise<Answer<readonly string[]>>
}

const MAX_PAGES = MAX_LISTED / PAGE_SIZE

export function createInventory(cbn: RpcCall): Inventory {
  return {
    async attachedTo(cenId, limits) {
      const answer = await readAllPages<ChildInstanceState>(async (page) => {
        const read = await describeCenAttachedChildInstances(cbn, cenId, page, limits)
        return read.ok ? { ok: true, value: read.value.instances } : read
      })
      return !answer.ok && answer.failure.kind === 'absent' ? { ok: true, value: [] } : answer
    },
    async cens(limits) {
      const answer = await readAllPages((pageNumber) => describeCens(cbn, { pageNumber }, limits))
      return answer.ok ? { ok: true, value: answer.value.map(({ CenId }) => CenId) } : answer
    },
  }
}

/** Reads pages until one is short; a list that does not end is an unreadable answer. */
async function readAllPages<T>(read: (page: number) => Promise<Answer<readonly T[]>>): Promise<Answer<readonly T[]>> {
  const all: T[] = []
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await read(page)
    if (!answer.ok) return answer
    all.push(...answer.value)
    if (answer.value.length < PAGE_SIZE) return { ok: true, value: all }
  }
  return { ok: false, failure: failureOf({ code: 'UnreadableAnswer', message: 'the list does not end' }) }
}
