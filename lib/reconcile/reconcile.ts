/** The reconcile loop: decides the next step of a situation and does it, until the message has a disposition. */
import type { Disposition } from '../messaging/disposition.js'
import { findDriver, observe, preview, write } from './acts.js'
import type { Context } from './context.js'
import { decide } from './decision/decide.js'
import type { Situation } from './decision/situation.js'
import { defer } from './defer.js'
import type { CallLimits } from './driver.js'
import { grantForOwner, revokeForOwner } from './grant.js'
import { answerDryRun, finish, finishFailed } from './publish.js'

/** A step that makes a call leads to the next decision, any other to the disposition. */
export async function reconcile(first: Situation, context: Context, limits: CallLimits): Promise<Disposition> {
  let situation = first
  for (;;) {
    const step = decide(situation, context.clock.now())
    switch (step.step) {
      case 'find-driver':
        situation = await findDriver(situation, context, limits, step.fresh)
        break
      case 'observe':
        situation = await observe(situation, context, limits, step.alone)
        break
      case 'write':
        situation = await write(situation, context, limits, step.write)
        break
      case 'grant':
        situation = await grantForOwner(situation, context, limits)
        break
      case 'revoke':
        situation = await revokeForOwner(situation, context, limits)
        break
      case 'preview':
        situation = await preview(situation, context, limits)
        break
      case 'wait':
        return defer(step, situation, context)
      case 'answer':
        return answerDryRun(step, situation, context)
      case 'finish':
        return finish(step.state, situation, context)
      case 'fail':
        return finishFailed(step, situation, context)
    }
  }
}
