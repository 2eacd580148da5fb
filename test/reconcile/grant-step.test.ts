import { describe, expect, it, vi } from 'vitest'
import { FAILURE_KINDS, type FailureKind } from '../../lib/domain/error-codes.js'
import type { Answer } from '../../lib/domain/failure.js'
import type { Context } from '../../lib/reconcile/context.js'
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
  return { context: { ...context, driver: { ...driver, grant } } as Context, grant, lines }
}

describe('a grant for the owner', () => {
  it('that was made leaves nothing in the way of the write', async () => {
    const { context, grant, lines } = granting(ok({}))
    const after = await grantForOwner(refused, context, limits)
    expect(after).toMatchObject({ grant: 'made', knowledge: refused.knowledge })
    expect(after).not.toHaveProperty('setback')
    expect(grant).toHaveBeenCalledWith(refused.request.attachment, expect.stringMatching(/^[0-9a-f]{64}$/), limits)
    const fields = { requestId: 'r', ...refused.request.attachment }
    expect(lines).toEqual([{ level: 'info', event: 'grant:made', fields }])
  })

  it('has one token for one message and attachment', async () => {
    const { context, grant } = granting(ok({}))
    const { request } = refused
    const others = [
      refused,
      { ...refused, message: message({ receiveCount: 9 }) },
      { ...refused, message: message({ messageId: 'other' }) },
      { ...refused, request: { ...request, idempotencyKey: 'other' } },
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
      const { context, lines } = granting(no(failed))
      const after = await grantForOwner(refused, context, limits)
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
    const { context: able, grant } = granting(ok({}))
    for (const one of [situation({ grant: 'possible' }), situation({ grant: 'possible', setback: { from: 'host' } })])
      expect(await grantForOwner(one, able, limits)).toEqual({ ...one, grant: 'impossible' })
    expect(grant).not.toHaveBeenCalled()
  })
})
