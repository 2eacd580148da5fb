import { describe, expect, it } from 'vitest'
import { idempotencyKey } from '../../lib/domain/attachment.js'
import { createRequestReader } from '../../lib/reconcile/request-reader.js'
import { message } from '../support/reconcile-context.js'
import { request } from '../support/sim/sim.js'

describe('the reader of requests', () => {
  it('reads the body of a delivery once, however many passes it has', () => {
    const reader = createRequestReader(60_000)
    const first = message({ body: request() })
    const read = reader.read(first)
    expect(read).toMatchObject({ ok: true, request: { notAfterMs: first.sentAtMs + 60_000 } })
    expect(reader.read({ ...first, heldFor: 'slot' })).toBe(read)
    // The next delivery has a receipt handle of its own.
    const next = message({ ...first, handle: { current: 'next' }, receiveCount: 2 })
    expect(reader.read(next)).not.toBe(read)
    expect(reader.read(next)).toEqual(read)
  })

  it('knows the key of a detach of the same attachment; of an invalid body none', () => {
    const reader = createRequestReader(60_000)
    const read = reader.read(message({ body: request() }))
    if (!read.ok) throw new Error('the request is invalid')
    expect(read.detachKey).toBe(idempotencyKey(read.request.attachment, 'detach'))
    expect(read.detachKey).not.toBe(read.request.idempotencyKey)
    expect(reader.read(message({ body: '{' }))).toMatchObject({ ok: false, faults: [{ path: '$' }] })
  })
})
