/** Asks a person before anything is detached; scripts agree by an option. */
import {
  DEFAULT_MAX_DETACHES,
  detachesOf,
  detachPlanText,
  planDetaches,
} from '../../lib/campaigns/facts/detach-plan.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import { type Terminal, userTerminal } from '../terminal/ask.js'
import { UsageError } from '../terminal/print.js'

export interface DetachConsent {
  /** Agreed without a question. */
  readonly yes?: boolean
  /** The most networks that may be detached. */
  readonly max?: number
}

/**
 * Prints what would be detached, and asks for the id of each CEN to be typed. Throws wrong use if that are too many, if
 * nobody can be asked, or if an id is not typed. Rows that attach, and those of a dry run, need no consent.
 */
export async function confirmDetaches(
  rows: readonly PlannedRow[],
  { yes = false, max = DEFAULT_MAX_DETACHES }: DetachConsent,
  terminal: Terminal = userTerminal,
): Promise<void> {
  const detaches = detachesOf(rows)
  if (detaches.length === 0) return
  const plans = planDetaches(detaches)
  terminal.show(detachPlanText(plans))
  if (detaches.length > max)
    throw new UsageError([
      `nothing was sent: ${detaches.length} networks would be detached, and at most ${max} may be; if that is meant: --max ${detaches.length}`,
    ])
  if (yes) return
  if (!terminal.isInteractive)
    throw new UsageError(['nothing was sent: nobody can be asked, since this is no terminal; if it is meant: --yes'])
  for (const { cenId, rows: ofCen } of plans) {
    const typed = await terminal.ask(`Type the id of the CEN to detach ${ofCen.length} from it (${cenId}): `)
    if (typed?.trim() !== cenId) throw new UsageError([`nothing was sent: ${cenId} was not typed`])
  }
}
