import { describe, expect, it, vi } from 'vitest'
import { FAILURE_KINDS, type FailureKind } from '../../lib/domain/error-codes.js'
import type { Answer } from '../../lib/domain/failure.js'
import { targetOf } from '../../lib/reconcile/decision/situation.js'
import { grantForOwner } from '../../lib/reconcile/grant.js'
import {
  apiSetback,
  createTestContext,
  failure,
  message,
  NOW_MS,
  no,
  ok,
  situation,
} from '../support/reconcile-context.js'

const limits = { deadlineMs: NOW_MS + 10_000 }
const missing = failure('not-granted', 'Forbbiden.AttachChildInstanceAcrossUid')
const refused = situation({ setback: apiSetback('attach', missing), grant: 'possible' }, { ownerId: '1700' })

function granting(answer: Answer<unknown>) {
  const { context, lines, driver } = createTestContext()
  const grant = vi.fn(async () => answer)
  return { context, grant, lines, before: { ...refused, driver: { ...driver, grant } } }
}

describe('a grant for the owner', () => {
  it('that was made leaves nothing in the way of the write', async () => {
    const { before, context, grant, lines } = granting(ok({}))
    const after = await grantForOwner(before, context, limits)
    expect(after).toMatchObject({ grant: 'made', knowledge: refused.knowledge })
    expect(after).not.toHaveProperty('setback')
    const token = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(grant).toHaveBeenCalledWith(targetOf(refused), token, { ...limits, isOver: expect.any(Function) })
    const fields = { requestId: 'r', ...refused.request.attachment }
    expect(lines).toEqual([{ level: 'info', event: 'grant:made', fields }])
  })

  it('has one token for one message and attachment', async () => {
    const { before, context, grant } = granting(ok({}))
    const { request } = before
    const others = [
      before,
      { ...before, message: message({ receiveCount: 9 }) },
      { ...before, message: message({ messageId: 'other' }) },
      { ...before, request: { ...request, idempotencyKey: 'other' } },
    ]
    for (const one of others) await grantForOwner(one, context, limits)
    const [first, again, ...rest] = (grant.mock.calls as unknown[][]).map(([, token]) => token)
    expect(again).toBe(first)
    expect(new Set([first, ...rest]).size).toBe(3)
  })

  /** Everything else is for the owner to mend, and is reported with the call that the owner must make. */
  const TRANSIENT: readonly FailureKind[] = ['busy', 'not-ready', 'throttled', 'unavailable', 'credentials']

  it.each(FAILURE_KINDS)(
    'that failed with %s is tried again by itself only if that ends without anybody',
    async (kind) => {
      const failed = failure(kind, 'Grant.Code')
      const { before, context, lines } = granting(no(failed))
      const after = await grantForOwner(before, context, limits)
      const reported = {
        ...missing,
        message: `${missing.message} The worker could not grant for the owner: Grant.Code: ${failed.message}`,
      }
      expect(after).toMatchObject(
        TRANSIENT.includes(kind)
          ? { grant: 'possible', setback: apiSetback('grant', failed) }
          : { grant: 'refused', setback: apiSetback('attach', reported) },
      )
      const fields = {
        requestId: 'r',
        ...refused.request.attachment,
        code: 'Grant.Code',
        kind,
        message: failed.message,
      }
      expect(lines).toEqual([{ level: 'warn', event: 'grant:failed', fields }])
    },
  )

  it('is impossible without a role, and without a refusal that asks for it', async () => {
    const { context } = createTestContext()
    expect(await grantForOwner(refused, context, limits)).toEqual({ ...refused, grant: 'impossible' })
    const { before, context: able, grant } = granting(ok({}))
    const { driver } = before
    for (const one of [
      situation({ driver, grant: 'possible' }),
      situation({ driver, grant: 'possible', setback: { from: 'host' } }),
    ])
      expect(await grantForOwner(one, able, limits)).toEqual({ ...one, grant: 'impossible' })
    expect(grant).not.toHaveBeenCalled()
  })
})
