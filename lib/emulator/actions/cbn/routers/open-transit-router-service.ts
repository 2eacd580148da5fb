import { randomId } from '../../../world/random-id.js'
import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'

/** OpenTransitRouterService: for the caller's account, at once. */
export const answerOpenTransitRouterService: Action = withClientToken(({ caller }, { world, random }) => {
  const account = world.account(caller.accountId) ?? { accountId: caller.accountId }
  world.putAccount({ ...account, transitRouterService: 'open' })
  return { OrderId: randomId(random, 15) }
})
