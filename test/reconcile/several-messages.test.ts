/** Several messages for one network, and several processes: what one has written says nothing about the other. */
import { describe, expect, it } from 'vitest'
import type { ReceivedMessage } from '../../lib/messaging/received-message.js'
import type { Context } from '../../lib/reconcile/context.js'
import { handleMessage } from '../../lib/reconcile/handle-message.js'
import { BOTH_ACTIONS, detach, detachSim, ENTERPRISE, sentWrites, VPC } from '../support/sim/detach.js'
import { request } from '../support/sim/sim.js'

const HOUR_MS = 3_600_000

/** Single passes on the virtual clock, each by a chosen process. */
function passesOf(sim: ReturnType<typeof detachSim>) {
  const until = async <T>(promise: Promise<T>): Promise<T> => {
    let isSettled = false
    void promise.finally(() => {
      isSettled = true
    })
    await sim.clock.run(() => isSettled, sim.clock.now() + 48 * HOUR_MS)
    return promise
  }
  const receive = async (): Promise<ReceivedMessage> => {
    const [message] = await until(sim.queue.receive(1, 20))
    return message ?? receive()
  }
  const pass = async (context: Context, received?: ReceivedMessage) => {
    const message = received ?? (await receive())
    const disposition = await until(handleMessage(message, context))
    if (disposition.action === 'retry') await sim.queue.retry(message, disposition.delaySeconds)
    else await sim.queue.complete(message)
  }
  return {
    receive,
    pass,
    sleep: (ms: number) => until(sim.clock.sleep(ms)),
    async toEnd(context: Context) {
      for (let passes = 0; passes < 60 && sim.queue.size() > 0; passes++) await pass(context)
    },
  }
}

it.each([
  ['Basic Edition', {}],
  ['Enterprise Edition', ENTERPRISE],
] as const)(
  'a process makes the change again that another process has seen to its end, on %s',
  async (_name, edition) => {
    const sim = detachSim({ world: { ...edition, attached: [], childInstances: [{ childInstanceId: VPC }] } })
    const { pass, toEnd, sleep } = passesOf(sim)
    const [writer, reader] = [sim.createContext(), sim.createContext()]
    const bodies = [request({ childInstanceId: VPC }), detach()]
    for (const body of bodies) {
      sim.queue.send(body)
      await pass(writer)
      await toEnd(reader)
    }
    await sleep(2 * HOUR_MS)
    for (const body of bodies) {
      sim.queue.send(body)
      await toEnd(writer)
    }
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached', 'detached', 'attached', 'detached'])
  },
)

describe('a detach is not called adopted', () => {
  const outcomes = ({ results }: ReturnType<typeof detachSim>) =>
    results.map(({ data: { requestId, outcome, adopted } }) => `${requestId} ${outcome}${adopted ? ', adopted' : ''}`)

  it('because another request for it was reported first', async () => {
    const sim = detachSim()
    const { receive, pass, toEnd, sleep } = passesOf(sim)
    const process = sim.createContext()
    sim.queue.send(detach({ requestId: 'first' }))
    await pass(process)
    sim.queue.send(detach({ requestId: 'second' }))
    const second = await receive()
    await sleep(3_000)
    await pass(process, second)
    await toEnd(process)
    expect(outcomes(sim)).toEqual(['second detached', 'first detached'])
  })

  it('because a sender that the policy refuses asked for it meanwhile', async () => {
    const policy: typeof BOTH_ACTIONS = {
      ...BOTH_ACTIONS,
      evaluate: (_request, { senderId }) =>
        senderId === 'AIDASTRANGER'
          ? { answer: 'refused', failure: { code: 'Forbidden', kind: 'rejected', message: 'no', advice: 'no' } }
          : { answer: 'allowed', rule: 'all others' },
    }
    const sim = detachSim({ policy })
    const { pass, toEnd } = passesOf(sim)
    const process = sim.createContext()
    sim.queue.send(detach({ requestId: 'rightful' }))
    await pass(process)
    sim.queue.send(detach({ requestId: 'stranger' }), { senderId: 'AIDASTRANGER' })
    await pass(process)
    await toEnd(process)
    expect(outcomes(sim)).toEqual(['stranger failed', 'rightful detached'])
  })

  it.each([{ reset: 'after' }, { silence: 'after' }])('because its call got no answer: %j', async (fault) => {
    const sim = detachSim({ world: { faults: [{ action: 'DetachCenChildInstance', nth: 1, fault }] } })
    sim.queue.send(detach({ requestId: 'only' }))
    await sim.run()
    expect(sentWrites(sim.emulator.journal)).toEqual(['DetachCenChildInstance OK'])
    expect(outcomes(sim)).toEqual(['only detached'])
  })
})
