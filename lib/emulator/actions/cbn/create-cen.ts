import { randomId } from '../../world/random-id.js'
import { type Action, CLIENT_TOKEN, optional } from '../action.js'
import { cenAttributes } from '../cen-attributes.js'
import { tagsOf } from '../tags.js'

const CREATE_MS = 1_000

/** CreateCen: Creating at first, then Active. Calls with the same ClientToken create one CEN. */
export const answerCreateCen: Action = (call, { world, nowMs, random }) => {
  const { accountId: ownerId } = call.caller
  const token = optional(call, 'ClientToken', CLIENT_TOKEN)
  const before = world.cens().find((cen) => token !== undefined && cen.ownerId === ownerId && cen.clientToken === token)
  if (before) return { CenId: before.cenId }
  const cenId = `cen-${randomId(random, 18)}`
  world.putCen({
    cenId,
    ownerId,
    status: 'Creating',
    activeAfterMs: nowMs - world.startedAtMs + (world.limits.createMs ?? CREATE_MS),
    creationTime: new Date(nowMs).toISOString(),
    createdByCall: true,
    ...cenAttributes(call),
    tags: tagsOf(call),
    ...(token !== undefined && { clientToken: token }),
  })
  return { CenId: cenId }
}
