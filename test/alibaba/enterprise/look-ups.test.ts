/** Look-ups of Enterprise Edition: the router of a region, and attachments of many networks with few calls. */
import { describe, expect, it } from 'vitest'
import { createAttachmentReader } from '../../../lib/alibaba/enterprise/attachment-reader.js'
import { createTransitRouters } from '../../../lib/alibaba/enterprise/transit-routers.js'
import type { RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import type { Attachment } from '../../../lib/domain/attachment.js'
import { type Answer, failureOf } from '../../../lib/domain/failure.js'
import type { CallLimits } from '../../../lib/reconcile/driver.js'
import { createVirtualClock } from '../../support/sim/virtual-clock.js'

const REGION = 'cn-hangzhou'
const KEY = { cenId: 'cen-1', regionId: REGION }
const FAR = { deadlineMs: Infinity }
type Body = Readonly<Record<string, unknown>>
const ok = (value: object): Answer<Body> => ({ ok: true, value: { RequestId: 'R', ...value } })

describe('the router of a CEN in a region', () => {
  const enterprise = { TransitRouterId: 'tr-1', CenId: 'cen-1', RegionId: REGION, Type: 'Enterprise', Status: 'Active' }
  function routersOver(answers: () => Answer<Body>) {
    const clock = createVirtualClock()
    const calls: unknown[] = []
    const cbn: RpcCall = async (_action, query) => {
      calls.push(query)
      await clock.sleep(10)
      return answers()
    }
    const routers = createTransitRouters(cbn, clock)
    const find = async (limits: { fresh?: boolean } = {}) => {
      const pending = routers.find(KEY, { ...FAR, ...limits })
      await clock.run(() => false, clock.now() + 20)
      return pending
    }
    return { clock, calls, routers, find }
  }

  it.each<[string, object[], object, number]>([
    ['an Active Enterprise router is remembered', [enterprise], { is: 'enterprise', status: 'Active' }, 1],
    ['a Basic router is remembered', [{ ...enterprise, Type: 'Basic' }], { is: 'basic' }, 1],
    ['no router is not', [], { is: 'none' }, 2],
    [
      'a router that is Creating is not',
      [{ ...enterprise, Status: 'Creating' }],
      { is: 'enterprise', status: 'Creating' },
      2,
    ],
    [
      'a Basic router that is Upgrading is an Enterprise one that is not remembered',
      [{ ...enterprise, Type: 'Basic', Status: 'Upgrading' }],
      { is: 'enterprise', status: 'Upgrading' },
      2,
    ],
    ['one of another region is none', [{ ...enterprise, RegionId: 'cn-beijing' }], { is: 'none' }, 2],
    ['one of another CEN is none', [{ ...enterprise, CenId: 'cen-2' }], { is: 'none' }, 2],
  ])('%s', async (_name, TransitRouters, reading, calls) => {
    const over = routersOver(() => ok({ TransitRouters }))
    expect(over.routers.known(KEY)).toBeUndefined()
    expect(await over.find()).toMatchObject({ ok: true, value: reading })
    if (calls === 1) expect(over.routers.known(KEY)).toMatchObject(reading)
    else expect(over.routers.known(KEY)).toBeUndefined()
    expect(await over.find()).toMatchObject({ ok: true, value: reading })
    expect(over.calls).toHaveLength(calls)
  })

  it.each<[string, () => Answer<Body>, number]>([
    ['an hour', () => ok({ TransitRouters: [enterprise] }), 3_600_000],
    [
      'five minutes if the identity may not list it',
      () => ({ ok: false, failure: failureOf({ code: 'Unauthorized' }) }),
      300_000,
    ],
  ])('is read again after %s', async (_name, answer, validMs) => {
    const over = routersOver(answer)
    await over.find()
    over.clock.set(over.clock.now() + validMs - 1_000)
    await over.find()
    expect(over.calls).toHaveLength(1)
    over.clock.set(over.clock.now() + 2_000)
    await over.find()
    expect(over.calls).toHaveLength(2)
  })

  it('is read again if it is asked for afresh, or if it was forgotten', async () => {
    const over = routersOver(() => ok({ TransitRouters: [enterprise] }))
    await over.find()
    await over.find()
    expect(over.calls).toHaveLength(1)
    await over.find({ fresh: true })
    expect(over.calls).toHaveLength(2)
    over.routers.forget(KEY)
    await over.find()
    expect(over.calls).toHaveLength(3)
  })

  it('is read once for all who ask at one time, also afresh', async () => {
    const over = routersOver(() => ok({ TransitRouters: [] }))
    const asked = [1, 2, 3].map((n) => over.routers.find(KEY, { ...FAR, fresh: n === 2 }))
    await over.clock.run(() => false, over.clock.now() + 50)
    expect(await Promise.all(asked)).toHaveLength(3)
    expect(over.calls).toHaveLength(1)
  })

  it.each<[string, () => Answer<Body>, object]>([
    [
      'a missing right',
      () => ({ ok: false, failure: failureOf({ code: 'Unauthorized' }) }),
      { ok: true, value: { is: 'hidden' } },
    ],
    [
      'an unknown region',
      () => ({ ok: false, failure: failureOf({ code: 'IllegalParam.Region', action: 'ListTransitRouters' }) }),
      { ok: true, value: { is: 'none' } },
    ],
    [
      'an unknown type',
      () => ok({ TransitRouters: [{ ...enterprise, Type: 'Premium' }] }),
      { ok: false, failure: { code: 'UnreadableAnswer' } },
    ],
    ['a list that is none', () => ok({ TransitRouters: 'none' }), { ok: false, failure: { code: 'UnreadableAnswer' } }],
  ])('is not guessed from %s', async (_name, answer, expected) => {
    expect(await routersOver(answer).find()).toMatchObject(expected)
  })
})

describe('the attachments of many networks', () => {
  /** `pageSize`: entries of a page of the API. */
  function readerOver(statuses: Readonly<Record<string, string>>, pageSize = 100) {
    const clock = createVirtualClock()
    const calls: string[] = []
    const all = Object.entries(statuses).map(([VpcId, Status]) => ({
      TransitRouterAttachmentId: `tr-attach-${VpcId}`,
      VpcId,
      Status,
      ZoneMappings: [],
    }))
    const cbn: RpcCall = async (_action, { VpcId, Status, NextToken = '0' }) => {
      calls.push(VpcId ?? Status ?? `page ${NextToken}`)
      await clock.sleep(10)
      const found = all.filter((one) => (VpcId ?? one.VpcId) === one.VpcId && (Status ?? one.Status) === one.Status)
      const end = Number(NextToken) + pageSize
      return ok({
        TransitRouterAttachments: found.slice(Number(NextToken), end),
        TotalCount: found.length,
        NextToken: end < found.length ? String(end) : '',
      })
    }
    const read = createAttachmentReader(cbn, 'VPC', clock)
    const attachment = (childInstanceId: string): Attachment => ({
      cenId: 'cen-1',
      childInstanceId,
      childInstanceType: 'VPC',
      childInstanceRegionId: REGION,
    })
    const ask = (...ids: string[]) => askWith(FAR, ...ids)
    const askWith = async (limits: CallLimits, ...ids: string[]) => {
      calls.length = 0
      const asked = ids.map((id) => read(attachment(id), limits))
      await clock.run(() => false, clock.now() + 10_000)
      return (await Promise.all(asked)).map((answer) =>
        answer.ok ? (answer.value?.status ?? 'absent') : answer.failure.code,
      )
    }
    /** A first reading, for which a listing since `sinceMs` is recent enough. */
    const askFirst = (sinceMs: number, ...ids: string[]) => askWith({ ...FAR, sinceMs }, ...ids)
    return { ask, askFirst, askWith, calls, read, attachment, clock, statuses: all }
  }
  const fleet = (count: number, status: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`vpc-${index}`, status]))

  it('that are all Attaching take one call', async () => {
    const { ask, calls } = readerOver(fleet(30, 'Attaching'))
    expect(await ask(...Object.keys(fleet(30, 'Attaching')))).toEqual(Array.from({ length: 30 }, () => 'Attaching'))
    expect(calls).toEqual(['Attaching'])
  })

  it('of which one has finished take that call and a single one', async () => {
    const { ask, calls } = readerOver({ ...fleet(5, 'Attaching'), 'vpc-done': 'Attached' })
    expect(await ask('vpc-0', 'vpc-1', 'vpc-done')).toEqual(['Attaching', 'Attaching', 'Attached'])
    expect(calls).toEqual(['Attaching', 'vpc-done'])
  })

  it('that are Attached or absent are found on a page, if that is fewer calls', async () => {
    const { ask, calls } = readerOver(fleet(50, 'Attached'))
    expect(await ask('vpc-1', 'vpc-2', 'vpc-none')).toEqual(['Attached', 'Attached', 'absent'])
    expect(calls).toEqual(['Attaching', 'page 0'])
  })

  it('of a long list are read one by one, once its length is known', async () => {
    const { ask, calls } = readerOver(fleet(450, 'Attached'))
    await ask('vpc-1', 'vpc-449')
    expect(calls).toEqual(['Attaching', 'page 0', 'page 100', 'page 200', 'page 300', 'page 400'])
    expect(await ask('vpc-1', 'vpc-449', 'vpc-none')).toEqual(['Attached', 'Attached', 'absent'])
    expect(calls.sort()).toEqual(['Attaching', 'vpc-1', 'vpc-449', 'vpc-none'])
  })

  it('of a list of one page are read by that page, once its length is known', async () => {
    const { ask, calls } = readerOver({ ...fleet(5, 'Attaching'), ...{ 'vpc-a': 'Attached', 'vpc-b': 'Attached' } })
    await ask('vpc-a', 'vpc-none')
    expect(await ask('vpc-0', 'vpc-1', 'vpc-a', 'vpc-b')).toEqual(['Attaching', 'Attaching', 'Attached', 'Attached'])
    expect(calls).toEqual(['page 0'])
    expect(await ask('vpc-0')).toEqual(['Attaching'])
    expect(calls).toEqual(['page 0'])
  })

  describe('that are read for the first time', () => {
    it('are absent by a listing that began since then, without a call', async () => {
      const { ask, askFirst, calls, clock } = readerOver(fleet(50, 'Attached'))
      const before = clock.now()
      await ask('vpc-1', 'vpc-2')
      const after = clock.now()
      expect(await askFirst(before, 'vpc-new')).toEqual(['absent'])
      expect(calls).toEqual([])
      // What is there is read as it is now, and so is what was asked for later, or is asked for as it is now.
      expect(await askFirst(before, 'vpc-1')).toEqual(['Attached'])
      expect(calls).toEqual(['page 0'])
      expect(await askFirst(clock.now(), 'vpc-new')).toEqual(['absent'])
      expect(calls).toEqual(['page 0'])
      expect(await ask('vpc-new')).toEqual(['absent'])
      expect(calls).toEqual(['page 0'])
      expect(after).toBeGreaterThan(before)
    })

    it('are not absent by a listing that is older than their attachment, once that was seen', async () => {
      const { ask, askFirst, calls, clock, statuses } = readerOver(fleet(250, 'Attached'))
      const sinceMs = clock.now()
      await ask('vpc-1', 'vpc-2', 'vpc-3', 'vpc-4')
      statuses.push({ TransitRouterAttachmentId: 'tr-new', VpcId: 'vpc-new', Status: 'Attaching', ZoneMappings: [] })
      expect(await ask('vpc-new')).toEqual(['Attaching'])
      expect(await askFirst(sinceMs, 'vpc-new')).toEqual(['Attaching'])
      expect(calls).toEqual(['vpc-new'])
    })

    it('are read alone if that is asked for', async () => {
      const { ask, askWith, calls, clock } = readerOver(fleet(50, 'Attached'))
      const sinceMs = clock.now()
      await ask('vpc-1', 'vpc-2')
      expect(await askWith({ ...FAR, sinceMs, alone: true }, 'vpc-new')).toEqual(['absent'])
      expect(calls).toEqual(['vpc-new'])
    })

    it('are not concluded from a list that changed while its pages were read', async () => {
      const { ask, askFirst, calls, clock, statuses } = readerOver(fleet(250, 'Attached'))
      const sinceMs = clock.now()
      const asked = ask('vpc-1', 'vpc-249', 'vpc-200', 'vpc-none')
      // The entries behind it move up by one, so that the last page begins behind vpc-200.
      void clock.sleep(40).then(() => statuses.splice(0, 1))
      expect(await asked).toEqual(['Attached', 'Attached', 'Attached', 'absent'])
      expect(calls.slice(-2)).toEqual(['vpc-200', 'vpc-none'])
      expect(await askFirst(sinceMs, 'vpc-200')).toEqual(['Attached'])
      expect(await askFirst(sinceMs, 'vpc-none')).toEqual(['absent'])
      expect(calls).toEqual(['vpc-none'])
    })

    it('are read by pages once as many were read one by one', async () => {
      const { ask, askFirst, calls, clock } = readerOver(fleet(250, 'Attached'))
      await ask('vpc-1', 'vpc-2', 'vpc-3', 'vpc-4')
      const sinceMs = clock.now()
      for (const id of ['vpc-x', 'vpc-y', 'vpc-z']) {
        expect(await askFirst(sinceMs, id)).toEqual(['absent'])
        expect(calls).toEqual([id])
      }
      expect(await askFirst(sinceMs, 'vpc-u')).toEqual(['absent'])
      expect(calls).toEqual(['page 0', 'page 100', 'page 200'])
      expect(await askFirst(sinceMs, 'vpc-v')).toEqual(['absent'])
      expect(calls).toEqual([])
    })
  })

  it('alone are read by a call each', async () => {
    const { read, attachment, calls, clock } = readerOver(fleet(3, 'Attached'))
    const asked = ['vpc-0', 'vpc-1'].map((id) => read(attachment(id), { ...FAR, alone: true }))
    await clock.run(() => false, clock.now() + 10_000)
    await Promise.all(asked)
    expect(calls).toEqual(['vpc-0', 'vpc-1'])
  })
})
