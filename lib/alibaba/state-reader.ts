/** Reads states, shared: one page of a CEN answers everything that waits on that CEN. */
import type { Attachment } from '../attachment.js'
import { type Failure, failureOf } from '../failure.js'
import { DEFAULT_CAPS, type LimiterCaps } from '../limiter.js'
import type { Answer, AttachmentState, AttachmentStatus, CallLimits, Clock } from '../ports.js'
import { createRateGate, type RateGate } from '../rate-gate.js'
import {
  type ChildInstancePage,
  type ChildInstanceState,
  describeCenAttachedChildInstanceAttribute,
  describeCenAttachedChildInstances,
  PAGE_SIZE,
} from './cbn.js'
import { type Chosen, gatherQuestions, type Question } from './questions.js'
import type { RpcCall } from './rpc.js'

/** What is remembered of a CEN from one reading to the next. */
interface CenList {
  /** How many the CEN had when last listed. */
  total: number
  /** Where the latest were found when last looked for: the API does not say in which order it lists. */
  latestOn: 'first' | 'last'
}

/** A reading waits so long for its turn at most, in milliseconds; who asks meanwhile is answered with it. */
const MOST_WAIT_MS = 2_000

/** The Describe actions say with these that nothing is attached (terraform-provider-alicloud, service_alicloud_cbn.go:409). */
const NOT_ATTACHED = new Set(['parameterceninstanceid', 'parametererror', 'parameterinstanceid'])

const ABSENT: AttachmentState = { status: 'absent' }

/** Returns a reader. What is asked about one CEN is answered by as few calls as can be. */
export function createStateReader(call: RpcCall, clock: Clock, caps: LimiterCaps = DEFAULT_CAPS) {
  const lists = new Map<string, CenList>()
  const gates = { one: createRateGate(caps.callsPerSecond), page: createRateGate(caps.callsPerSecond) }

  /** Resolves once the call may leave, or to the failure that says when it may. */
  const turn = async (gate: RateGate, untilMs: number): Promise<Failure | undefined> => {
    for (let waitMs = gate.waitMs(0, clock.now()); waitMs > 0; waitMs = gate.waitMs(0, clock.now())) {
      if (clock.now() + waitMs > untilMs) return failureOf({ code: 'Throttling', retryAfterMs: waitMs })
      await clock.sleep(waitMs)
    }
    gate.take(clock.now())
    return undefined
  }
  /** A reading that is refused for its rate is due again when the gate says, not when a backoff would have it. */
  const gated = async <T>(gate: RateGate, read: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const untilMs = clock.now() + MOST_WAIT_MS
    for (;;) {
      const shut = await turn(gate, untilMs)
      if (shut) return { ok: false, failure: shut }
      const answer = await read()
      if (answer.ok || answer.failure.kind !== 'throttled') return answer
      gate.refused(clock.now(), answer.failure.retryAfterMs)
    }
  }

  const readOne = async ({ attachment, limits }: Question): Promise<Answer<AttachmentState>> => {
    const answer = await gated(gates.one, () => describeCenAttachedChildInstanceAttribute(call, attachment, limits))
    if (answer.ok) return { ok: true, value: toState(answer.value) }
    return NOT_ATTACHED.has(answer.failure.code.toLowerCase()) ? { ok: true, value: ABSENT } : answer
  }
  const readPage = async (cenId: string, page: number, limits: CallLimits): Promise<Answer<ChildInstancePage>> => {
    const answer = await gated(gates.page, () => describeCenAttachedChildInstances(call, cenId, page, limits))
    if (answer.ok || !NOT_ATTACHED.has(answer.failure.code.toLowerCase())) return answer
    return { ok: true, value: { instances: [], TotalCount: 0 } }
  }

  /**
   * Pages while a page answers for more than one; the rest are asked for one by one. A list that moves while it is paged
   * may lose an entry, so only a page that holds the whole list can say that something is absent.
   */
  const answer = async (cenId: string, batch: readonly Question[], limits: CallLimits): Promise<void> => {
    const cen: CenList = lists.get(cenId) ?? { total: 1, latestOn: 'last' }
    lists.set(cenId, cen)
    const open = new Map(batch.map((question) => [question.attachment.childInstanceId, question]))
    const turned = new Set<number>()
    // A page tells of one as well, and has a rate of its own.
    const worth = gates.one.waitMs(open.size - 1, clock.now()) > 0 ? 0 : 1
    /** What is waited for stands together; beside a page that had none of it, it may stand on any. */
    let near = true
    for (;;) {
      const pages = Math.max(1, Math.ceil(cen.total / PAGE_SIZE))
      const left = Array.from({ length: pages }, (_, index) => index + 1).filter((one) => !turned.has(one))
      const page = cen.latestOn === 'first' ? left[0] : left.at(-1)
      if (page === undefined || open.size <= (near ? worth : left.length)) break
      const before = open.size
      turned.add(page)
      const said = await readPage(cenId, page, limits)
      if (!said.ok) {
        for (const { resolve } of open.values()) resolve(said)
        return
      }
      const { instances, TotalCount } = said.value
      cen.total = TotalCount
      for (const instance of instances) {
        const question = open.get(instance.ChildInstanceId)
        if (!question || !isOf(instance, question.attachment)) continue
        question.resolve({ ok: true, value: toState(instance) })
        open.delete(instance.ChildInstanceId)
      }
      near = open.size < before
      if (page === 1 && instances.length === TotalCount) {
        for (const question of open.values()) {
          if (instances.some(({ ChildInstanceId }) => ChildInstanceId === question.attachment.childInstanceId)) continue
          question.resolve({ ok: true, value: ABSENT })
          open.delete(question.attachment.childInstanceId)
        }
      }
      // What is waited for was attached lately; where none of it stands, it stands at the other end.
      if (turned.size === 1 && pages > 1 && open.size === before && TotalCount <= pages * PAGE_SIZE) {
        cen.latestOn = cen.latestOn === 'first' ? 'last' : 'first'
        break
      }
    }
    await Promise.all([...open.values()].map(async (question) => question.resolve(await readOne(question))))
  }

  return gatherQuestions({ choose: distinct, answer, clock })
}

/** The single reading is asked with type and region; an entry of another type or region is not its answer. */
const isOf = (instance: ChildInstanceState, { childInstanceType, childInstanceRegionId }: Attachment): boolean =>
  (instance.ChildInstanceType ?? childInstanceType) === childInstanceType &&
  (instance.ChildInstanceRegionId ?? childInstanceRegionId) === childInstanceRegionId

/** Duplicates of one child instance are answered by the next reading. */
function distinct(waiting: readonly Question[]): Chosen {
  const batch = new Map<string, Question>()
  const rest: Question[] = []
  for (const question of waiting) {
    const { childInstanceId } = question.attachment
    if (batch.has(childInstanceId)) rest.push(question)
    else batch.set(childInstanceId, question)
  }
  return { batch: [...batch.values()], rest }
}

const STATUSES: Readonly<Record<string, AttachmentStatus>> = {
  attached: 'attached',
  attaching: 'attaching',
  detaching: 'detaching',
}

function toState({ Status, ChildInstanceAttachTime }: ChildInstanceState): AttachmentState {
  const attachedAtMs = ChildInstanceAttachTime === undefined ? Number.NaN : Date.parse(ChildInstanceAttachTime)
  return {
    // A status that no document names is a change under way: looked at again, never taken for an end.
    status: STATUSES[Status.toLowerCase()] ?? 'attaching',
    ...(!Number.isNaN(attachedAtMs) && { attachedAtMs }),
  }
}
