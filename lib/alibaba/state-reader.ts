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
  MOST_LISTED,
  PAGE_SIZE,
} from './cbn.js'
import { type CenList, createCenList } from './cen-list.js'
import { type Chosen, gatherQuestions, type Join, type Question } from './questions.js'
import type { RpcCall } from './rpc.js'

/** A reading waits so long for its turn at most, in milliseconds; who asks meanwhile is answered with it. */
const MOST_WAIT_MS = 2_000

/** So many pages are read for one batch at most: a list that grows as fast as it is read has no end. */
const MOST_PAGES = MOST_LISTED / PAGE_SIZE

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
  const readPage = async (
    cenId: string,
    page: number,
    limits: CallLimits,
    leaves: () => void,
  ): Promise<Answer<ChildInstancePage>> => {
    const answer = await gated(gates.page, () => {
      leaves()
      return describeCenAttachedChildInstances(call, cenId, page, limits)
    })
    if (answer.ok || !NOT_ATTACHED.has(answer.failure.code.toLowerCase())) return answer
    return { ok: true, value: { instances: [], TotalCount: 0 } }
  }

  /** Pages while a page answers for more than one; the rest are asked for one by one. */
  const answer = async (cenId: string, batch: readonly Question[], limits: CallLimits, join: Join): Promise<void> => {
    const list = lists.get(cenId) ?? createCenList()
    lists.set(cenId, list)
    const open = new Map(batch.map((question) => [question.attachment.childInstanceId, question]))
    const close = (question: Question, state: AttachmentState) => {
      question.resolve({ ok: true, value: state })
      open.delete(question.attachment.childInstanceId)
    }
    const takes = (question: Question) => {
      const { childInstanceId } = question.attachment
      if (open.has(childInstanceId)) return false
      open.set(childInstanceId, question)
      return true
    }
    const turned = new Set<number>()
    // A page tells of one as well, and has a rate of its own.
    const worth = gates.one.waitMs(open.size - 1, clock.now()) > 0 ? 0 : 1
    /** What is waited for stands together; beside a page that had none of it, it may stand on any. */
    let near = true
    for (;;) {
      const page = list.nextPage(turned)
      if (page === undefined || turned.size >= MOST_PAGES) break
      if (open.size <= (near ? worth : list.pagesLeft(turned))) break
      turned.add(page)
      // While the first page waits for its turn others may ask what it tells.
      const said = await readPage(cenId, page, limits, () => turned.size === 1 && join(takes))
      if (!said.ok) {
        // Nothing that was known before a wrong answer is built upon after it.
        if (said.failure.code === 'UnreadableAnswer') lists.delete(cenId)
        for (const { resolve } of open.values()) resolve(said)
        return
      }
      const before = open.size
      const hasNewPage = list.saw(page, said.value, clock.now())
      for (const instance of said.value.instances) {
        const question = open.get(instance.ChildInstanceId)
        if (question && isOf(instance, question.attachment)) close(question, toState(instance))
      }
      near = hasNewPage || open.size < before
      for (const question of open.values()) {
        const { attachment, limits: asked } = question
        if (!asked.alone && list.lacks(attachment.childInstanceId)) close(question, ABSENT)
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
