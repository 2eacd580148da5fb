/** What a write of this situation is to the admission: an operation of a CEN, of one kind, by one driver. */
import type { Operation } from '../../admission/operation-durations.js'
import type { Driver } from '../driver.js'
import { FIRST_WRITE } from './decide.js'
import type { Situation, Write } from './situation.js'

/** The operation whose duration is learnt: by default the first write. */
export function operationOf(situation: Situation, change: Write = FIRST_WRITE[situation.desired]): Operation {
  const { request, knowledge } = situation
  const { edition, durations } = driverOf(situation).rules
  const { part, holdsSlot = true } = knowledge.is === 'observed' ? knowledge.state : {}
  const kind = [edition, change, ...(part === undefined ? [] : [part])].join(' ')
  return { cenId: request.attachment.cenId, kind, holdsSlot, ...durations }
}

/** The driver that an earlier step of the pass found. */
export function driverOf({ driver }: Situation): Driver {
  if (!driver) throw new Error('no driver was found before it was needed')
  return driver
}
