import { describe, expect, it, vi } from 'vitest'
import { createInventory } from '../../../lib/alibaba/basic/inventory.js'
import { createStateReader } from '../../../lib/alibaba/basic/state-reader.js'
import type { RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import type { Attachment } from '../../../lib/domain/attachment.js'
import type { Clock } from '../../../lib/domain/clock.js'
import { failureOf } from '../../../lib/domain/failure.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'

const child = (id: string, cenId = 'cen-1'): Attachment => ({
  cenId,
  childInstanceId: id,
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
})
const limits = { deadlineMs: 0 }

/** A CEN whose calls are recorded and answered on demand. */
function setUp() {
  const calls: string[] = []
  const waiting: (() => void)[] = []
  let attached: string[] = []
  const toInstance = (id: string) => ({ ChildInstanceId: id, Status: 'Attached' })
  const call: RpcCall = async (action, query) => {
    calls.push(action)
    // An answer has the state at the beginning of the call.
    const attachedNow = attached
    await new Promise<void>((resolve) => waiting.push(resolve))
    if (action === 'DescribeCenAttachedChildInstances') {
      return {
        ok: true,
        value: {
          RequestId: '',
          ChildInstances: { ChildInstance: attachedNow.map(toInstance) },
          TotalCount: attachedNow.length,
        },
      }
    }
    const id = query.ChildInstanceId ?? ''
    return attachedNow.includes(id)
      ? { ok: true, value: { RequestId: '', ...toInstance(id) } }
      : {
          ok: false,
          failure: failureOf({ code: 'ParameterInstanceId', action: 'DescribeCenAttachedChildInstanceAttribute' }),
        }
  }
  /** Resolves once this number of calls has begun without an answer. */
  const begun = (count = 1) => vi.waitFor(() => expect(waiting.length).toBeGreaterThanOrEqual(count), { interval: 1 })
  const answer = async (count?: number) => {
    await begun(count)
    for (const resolve of waiting.splice(0)) resolve()
  }
  return {
    read: createStateReader(call, systemClock),
    calls,
    begun,
    answer,
    attach: (...ids: string[]) => {
      attached = ids
    },
  }
}

/** A paged list that grows at its end, and a clock on which a sleep ends at once. */
function pagedList(count: number) {
  const requests: string[] = []
  let total = count
  let nowMs = 1_000_000
  const has = (id: number) => ({ ChildInstanceId: `vpc-${id}`, Status: 'Attached' })
  const call: RpcCall = async (_action, query) => {
    const { PageNumber, ChildInstanceId = '' } = query
    requests.push(PageNumber === undefined ? ChildInstanceId : `page ${PageNumber}`)
    if (PageNumber === undefined) {
      const isThere = Number(ChildInstanceId.slice(4)) <= total
      return isThere
        ? { ok: true, value: { RequestId: '', ChildInstanceId, Status: 'Attached' } }
        : {
            ok: false,
            failure: failureOf({ code: 'ParameterInstanceId', action: 'DescribeCenAttachedChildInstanceAttribute' }),
          }
    }
    const first = (Number(PageNumber) - 1) * 50 + 1
    const ids = Array.from({ length: Math.min(50, total - first + 1) }, (_, index) => has(first + index))
    return { ok: true, value: { RequestId: '', ChildInstances: { ChildInstance: ids }, TotalCount: total } }
  }
  const clock: Clock = {
    now: () => nowMs,
    async sleep(ms, signal) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!signal?.aborted) nowMs += ms
    },
  }
  const read = createStateReader(call, clock)
  const ask = async (...ids: number[]) => {
    const states = await Promise.all(ids.map((id) => read(child(`vpc-${id}`), limits)))
    return states.map((state) => state.ok && state.value.status)
  }
  return {
    requests,
    read,
    ask,
    now: () => nowMs,
    grow: (by: number) => {
      total += by
    },
    later: (ms: number) => {
      nowMs += ms
    },
  }
}

describe('the state reader', () => {
  it('uses a single reading for one, and a page for several', async () => {
    const { read, calls, answer } = setUp()
    const one = read(child('vpc-1'), limits)
    await answer()
    await one
    const several = Promise.all([read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    await answer()
    await several
    expect(calls).toEqual(['DescribeCenAttachedChildInstanceAttribute', 'DescribeCenAttachedChildInstances'])
  })

  it('uses one page for readings that are requested within milliseconds', async () => {
    const { read, calls, answer, attach } = setUp()
    attach('vpc-1', 'vpc-2')
    const first = read(child('vpc-1'), limits)
    await systemClock.sleep(1)
    const both = Promise.all([first, read(child('vpc-2'), limits)])
    await answer()
    expect((await both).map((state) => state.ok && state.value.status)).toEqual(['attached', 'attached'])
    expect(calls).toEqual(['DescribeCenAttachedChildInstances'])
  })

  it('reads the adjacent page if a page had some of the entries, and single states if it had none', async () => {
    const requests: string[] = []
    const all = Array.from({ length: 120 }, (_, index) => ({ ChildInstanceId: `vpc-${index}`, Status: 'Attached' }))
    const read = createStateReader(async (action, query) => {
      const page = Number(query.PageNumber)
      requests.push(action === 'DescribeCenAttachedChildInstances' ? `page ${page}` : `${query.ChildInstanceId}`)
      return action === 'DescribeCenAttachedChildInstances'
        ? {
            ok: true,
            value: {
              RequestId: '',
              ChildInstances: { ChildInstance: all.slice(50 * (page - 1), 50 * page) },
              TotalCount: 120,
            },
          }
        : { ok: true, value: { RequestId: '', ...all[0] } }
    }, systemClock)
    const ask = (...ids: number[]) => Promise.all(ids.map((id) => read(child(`vpc-${id}`), limits)))
    await ask(1, 2)
    requests.length = 0
    await ask(90, 95, 105)
    expect(requests).toEqual(['page 3', 'page 2'])
    requests.length = 0
    await ask(1, 2)
    expect(requests).toEqual(['page 3', 'vpc-1', 'vpc-2'])
  })

  it('reads the page before a last page that is not full for three readings, but no other page', async () => {
    const { ask, requests } = pagedList(210)
    await ask(1, 2)
    requests.length = 0
    await ask(198, 199, 200)
    expect(requests.splice(0)).toEqual(['page 5', 'page 4'])
    await ask(1, 2, 3)
    expect(requests).toEqual(['page 5', 'page 4', 'vpc-1', 'vpc-2', 'vpc-3'])
  })

  it('reads a page that was added since, if the last known one is full', async () => {
    const { ask, requests, grow } = pagedList(200)
    await ask(199, 200)
    requests.length = 0
    grow(3)
    expect(await ask(201, 202, 203)).toEqual(['attached', 'attached', 'attached'])
    expect(requests).toEqual(['page 4', 'page 5'])
  })

  it('does not answer with a call that began before the request', async () => {
    const { read, begun, answer, attach } = setUp()
    const early = Promise.all([read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    await begun()
    attach('vpc-1', 'vpc-2')
    const late = Promise.all([read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    await answer()
    await answer()
    expect((await early).map((state) => state.ok && state.value.status)).toEqual(['absent', 'absent'])
    expect((await late).map((state) => state.ok && state.value.status)).toEqual(['attached', 'attached'])
  })

  it('answers two concurrent readings of one child instance', async () => {
    const { read, answer, attach } = setUp()
    attach('vpc-1')
    const both = Promise.all([read(child('vpc-1'), limits), read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    await answer()
    await answer()
    expect((await both).map((state) => state.ok && state.value.status)).toEqual(['attached', 'attached', 'absent'])
  }, 5_000)

  it('does not delay one CEN for another', async () => {
    const { read, answer } = setUp()
    const both = Promise.all([read(child('vpc-1'), limits), read(child('vpc-1', 'cen-2'), limits)])
    await answer(2)
    expect(await both).toHaveLength(2)
  })

  it('fails every reading of the batch if the call fails', async () => {
    const read = createStateReader(
      async () => ({ ok: false, failure: failureOf({ code: 'InternalError' }) }),
      systemClock,
    )
    const states = await Promise.all([read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    expect(states.map((state) => !state.ok && state.failure.kind)).toEqual(['unavailable', 'unavailable'])
  })

  it('does not report an entry as absent that a list lost between two pages', async () => {
    const single = new Set(['vpc-50'])
    const requests: string[] = []
    const read = createStateReader(async (action, query) => {
      requests.push(`${action} ${query.PageNumber ?? query.ChildInstanceId}`)
      const has = (ids: number[], TotalCount: number) => ({
        ok: true as const,
        value: {
          RequestId: '',
          ChildInstances: { ChildInstance: ids.map((id) => ({ ChildInstanceId: `vpc-${id}`, Status: 'Attached' })) },
          TotalCount,
        },
      })
      const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index)
      // Between the pages vpc-0 was detached, so that vpc-50 moved to the first page.
      if (query.PageNumber === '1') return has(from(0, 50), 60)
      if (query.PageNumber === '2') return has(from(51, 9), 59)
      const id = query.ChildInstanceId ?? ''
      return single.has(id)
        ? { ok: true, value: { RequestId: '', ChildInstanceId: id, Status: 'Attached' } }
        : {
            ok: false,
            failure: failureOf({ code: 'ParameterInstanceId', action: 'DescribeCenAttachedChildInstanceAttribute' }),
          }
    }, systemClock)
    const ids = ['vpc-1', 'vpc-2', 'vpc-50', 'vpc-55', 'vpc-none']
    const states = await Promise.all(ids.map((id) => read(child(id), limits)))
    expect(states.map((state) => state.ok && state.value.status)).toEqual([
      'attached',
      'attached',
      'attached',
      'attached',
      'absent',
    ])
    expect(requests).toContain('DescribeCenAttachedChildInstanceAttribute vpc-50')
  })

  it('needs one page to report absence, once every entry of a growing list is known', async () => {
    const { ask, requests, grow, later } = pagedList(105)
    expect(await ask(201, 202, 203, 204)).toEqual(['absent', 'absent', 'absent', 'absent'])
    expect(requests.splice(0)).toEqual(['page 1', 'page 3', 'page 2'])
    grow(2)
    expect(await ask(301, 302)).toEqual(['absent', 'absent'])
    expect(requests.splice(0)).toEqual(['page 3'])
    later(61_000)
    await ask(401, 402)
    expect(requests.splice(0)).toEqual(['page 3', 'vpc-401', 'vpc-402'])
  })

  it('reports absence to a reading with `exact` once its own batch has read the whole list', async () => {
    const { ask, read, requests } = pagedList(105)
    await ask(201, 202, 203, 204)
    requests.length = 0
    await Promise.all([301, 302].map((id) => read(child(`vpc-${id}`), { ...limits, exact: true })))
    expect(requests).toEqual(['page 3', 'vpc-301', 'vpc-302'])
  })

  it('uses a single reading for a request with `alone`, even if every entry of the list is known', async () => {
    const { ask, read, requests } = pagedList(105)
    await ask(201, 202, 203, 204)
    requests.length = 0
    const last = (id: number) => read(child(`vpc-${id}`), { ...limits, alone: true })
    const states = await Promise.all([last(301), last(302), last(5), last(105)])
    expect(states.map((state) => state.ok && state.value.status)).toEqual(['absent', 'absent', 'attached', 'attached'])
    expect(requests).toEqual(['page 3', 'page 2', 'page 1', 'vpc-301', 'vpc-302'])
  })

  it('answers also the readings that are requested while the page waits for the rate limiter', async () => {
    const requests: string[] = []
    let refusals = 1
    const read = createStateReader(async (action, query) => {
      requests.push(`${query.PageNumber ? 'page' : query.ChildInstanceId}`)
      if (refusals-- > 0) return { ok: false, failure: failureOf({ code: 'Throttling.User', retryAfterMs: 50 }) }
      return { ok: true, value: { RequestId: action, ChildInstances: { ChildInstance: [] }, TotalCount: 0 } }
    }, systemClock)
    const early = Promise.all([read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    await systemClock.sleep(25)
    const late = Promise.all([read(child('vpc-3'), limits), read(child('vpc-4'), limits)])
    expect([...(await early), ...(await late)].map((state) => state.ok && state.value.status)).toEqual(
      Array(4).fill('absent'),
    )
    expect(requests).toEqual(['page', 'page'])
  })

  it('delays a reading with time left until one without is requested, at most until its own limit', async () => {
    const { ask, requests, read, now } = pagedList(2)
    const patient = read(child('vpc-9'), { ...limits, neededByMs: now() + 1_000 })
    expect(await ask(1)).toEqual(['attached'])
    expect(await patient).toMatchObject({ value: { status: 'absent' } })
    expect(requests.splice(0)).toEqual(['page 1'])
    const startedMs = now()
    await read(child('vpc-9'), { ...limits, neededByMs: now() + 1_000 })
    expect(now() - startedMs).toBe(1_000)
  })

  it('ignores an entry of another region', async () => {
    const elsewhere = { ChildInstanceId: 'vpc-1', ChildInstanceRegionId: 'cn-beijing', Status: 'Attached' }
    const read = createStateReader(
      async (action) =>
        action === 'DescribeCenAttachedChildInstances'
          ? { ok: true, value: { RequestId: '', ChildInstances: { ChildInstance: [elsewhere] }, TotalCount: 1 } }
          : {
              ok: false,
              failure: failureOf({ code: 'ParameterInstanceId', action: 'DescribeCenAttachedChildInstanceAttribute' }),
            },
      systemClock,
    )
    const states = await Promise.all([read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    expect(states.map((state) => state.ok && state.value.status)).toEqual(['absent', 'absent'])
  })

  it('treats an answer without a list as unreadable', async () => {
    const read = createStateReader(async () => ({ ok: true, value: { RequestId: '' } }), systemClock)
    const states = await Promise.all([read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    expect(states.map((state) => !state.ok && state.failure.code)).toEqual(['UnreadableAnswer', 'UnreadableAnswer'])
  })

  it('repeats a throttled reading when the rate limiter allows it', async () => {
    let calls = 0
    const call: RpcCall = async () => {
      calls += 1
      return calls === 1
        ? { ok: false, failure: failureOf({ code: 'Throttling.User', retryAfterMs: 30 }) }
        : { ok: true, value: { RequestId: '', ChildInstanceId: 'vpc-1', Status: 'Attached' } }
    }
    const answer = await createStateReader(call, systemClock)(child('vpc-1'), limits)
    expect(answer).toMatchObject({ ok: true, value: { status: 'attached' } })
    expect(calls).toBe(2)
  })

  it('fails with the wait of the rate limiter if that is longer than a reading waits', async () => {
    const refusal = failureOf({ code: 'Throttling.User', retryAfterMs: 9_000 })
    const read = createStateReader(async () => ({ ok: false, failure: refusal }), systemClock)
    const answer = await read(child('vpc-1'), limits)
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'throttled' } })
  })
})

describe('an implausible answer', () => {
  const listing = (value: object) => ({ ok: true as const, value: { RequestId: 'r', ...value } })
  const entry = (id: string) => ({ ChildInstanceId: id, Status: 'Attached' })
  const ofTwo = () => listing({ ChildInstances: { ChildInstance: [entry('vpc-1'), entry('vpc-2')] }, TotalCount: 2 })

  it.each<[string, object]>([
    ['a count without an end', { ChildInstances: { ChildInstance: [] }, TotalCount: 1e15 }],
    ['a count of a billion', { ChildInstances: { ChildInstance: [] }, TotalCount: 1e9 }],
    ['a count below zero', { ChildInstances: { ChildInstance: [] }, TotalCount: -1 }],
    ['a count that is none', { ChildInstances: { ChildInstance: [] }, TotalCount: 'many' }],
    ['no list', {}],
    ['a list that is none', { ChildInstances: { ChildInstance: 'vpc-1' }, TotalCount: 1 }],
    ['entries that are none', { ChildInstances: { ChildInstance: [null, 7] }, TotalCount: 2 }],
    ['an entry without a status', { ChildInstances: { ChildInstance: [{ ChildInstanceId: 'vpc-1' }] }, TotalCount: 1 }],
    ['a page with more entries than requested', { ChildInstances: { ChildInstance: Array(51).fill(entry('vpc-1')) } }],
  ])('is unreadable, and the next reading starts anew: %s', async (_name, wrong) => {
    let answers = 0
    const read = createStateReader(async () => (answers++ === 0 ? listing(wrong) : ofTwo()), systemClock)
    const both = () => Promise.all([read(child('vpc-1'), limits), read(child('vpc-2'), limits)])
    for (const answer of await both())
      expect(answer).toMatchObject({ ok: false, failure: { code: 'UnreadableAnswer' } })
    for (const answer of await both()) expect(answer).toEqual({ ok: true, value: { status: 'attached' } })
    expect(answers).toBe(2)
  })

  it.each<[string, object]>([
    ['another attachment', { ChildInstanceId: 'vpc-2', Status: 'Attached' }],
    ['no status', { ChildInstanceId: 'vpc-1' }],
    ['a status that is none', { ChildInstanceId: 'vpc-1', Status: 7 }],
  ])('of a single reading is unreadable: %s', async (_name, wrong) => {
    const read = createStateReader(async () => listing(wrong), systemClock)
    expect(await read(child('vpc-1'), limits)).toMatchObject({ ok: false, failure: { code: 'UnreadableAnswer' } })
  })

  it('is a list that grows as fast as it is read: it is paged up to a limit, then read one by one', async () => {
    const actions: string[] = []
    let total = 40
    const call: RpcCall = async (action, query) => {
      actions.push(action)
      total = Math.min(100_000, total + 50)
      if (action !== 'DescribeCenAttachedChildInstances') return listing(entry(query.ChildInstanceId ?? ''))
      const other = Array.from({ length: 50 }, (_, index) => entry(`vpc-other-${total}-${index}`))
      return listing({ ChildInstances: { ChildInstance: other }, TotalCount: total })
    }
    let nowMs = 0
    const clock: Clock = {
      now: () => nowMs,
      async sleep(ms) {
        nowMs += ms
      },
    }
    const read = createStateReader(call, clock)
    const ids = Array.from({ length: 3_000 }, (_, index) => `vpc-${index}`)
    const answers = await Promise.all(ids.map((id) => read(child(id), { deadlineMs: 1e12 })))
    expect(answers.every((answer) => answer.ok || answer.failure.kind === 'throttled')).toBe(true)
    expect(actions.filter((action) => action === 'DescribeCenAttachedChildInstances').length).toBeLessThan(2_500)
  })
})

describe('a complete list', () => {
  it('that does not end is an unreadable answer', async () => {
    let pages = 0
    const cbn: RpcCall = async () => {
      pages += 1
      const ChildInstance = Array.from({ length: 50 }, (_, index) => ({
        ChildInstanceId: `vpc-${index}`,
        Status: 'Attached',
      }))
      return { ok: true, value: { RequestId: 'r', ChildInstances: { ChildInstance }, TotalCount: 50 } }
    }
    const answer = await createInventory(cbn).attachedTo('cen-1', limits)
    expect(answer).toMatchObject({ ok: false, failure: { code: 'UnreadableAnswer', message: 'the list does not end' } })
    expect(pages).toBe(2_000)
  })
})
