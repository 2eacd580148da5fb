/** Complete lists, by reading only: every attachment of a CEN, every CEN of the account. */
import { type Answer, answered, mapAnswer } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { readAllNumbers } from '../sdk/read-lists.js'
import type { RpcCall } from '../sdk/rpc.js'
import { type ChildInstanceState, describeCenAttachedChildInstances, describeCens, MAX_PAGES } from './cbn.js'

export interface Inventory {
  /** Every entry of a CEN's list, with the API's fields; none for a CEN that does not exist. */
  attachedTo(cenId: string, limits: CallLimits): Promise<Answer<readonly ChildInstanceState[]>>
  /** The ids of the account's CENs. */
  cens(limits: CallLimits): Promise<Answer<readonly string[]>>
}

export function createInventory(cbn: RpcCall): Inventory {
  return {
    async attachedTo(cenId, limits) {
      const answer = await readAllNumbers<ChildInstanceState>(async (page) => {
        const read = await describeCenAttachedChildInstances(cbn, cenId, page, limits)
        return mapAnswer(read, ({ instances }) => instances)
      }, MAX_PAGES)
      return !answer.ok && answer.failure.kind === 'absent' ? answered([]) : answer
    },
    async cens(limits) {
      const answer = await readAllNumbers((pageNumber) => describeCens(cbn, { pageNumber }, limits), MAX_PAGES)
      return mapAnswer(answer, (cens) => cens.map(({ CenId }) => CenId))
    },
  }
}
