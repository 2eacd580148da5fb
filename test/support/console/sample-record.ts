/** A record of many rows as a large campaign leaves it behind: mostly attached, some failed, parked or still open. */
import type { CampaignRecord, RecordedRow } from '../../../lib/campaigns/record.js'
import { failureOf } from '../../../lib/domain/failure.js'
import { commandOf, describeGrant, grantCall, sentenceOf } from '../../../lib/domain/grant-call.js'

const STARTED_MS = Date.parse('2026-11-25T12:00:00Z')
const REGIONS = ['cn-hangzhou', 'cn-beijing', 'cn-shanghai', 'ap-southeast-1', 'eu-central-1', 'us-west-1']
const CENS = ['cen-7qthudw0ll6jmxaaaa', 'cen-4kz1p8core2mxbbbb', 'cen-edge0emea0001cccc', 'cen-lab0sandbox1dddd']
const CODES = [
  'OperationFailed.InvalidTransitRouter',
  'InvalidOperation.VbrAttachedToEcr',
  'Bid.NotFound',
  'RequestExpired',
]

export interface SampleOptions {
  readonly seed?: number
  /** Stands in every text that comes from outside. */
  readonly mark?: string
}

/** The same count and seed give the same record. */
export function sampleRecord(count: number, { seed = 7, mark = '' }: SampleOptions = {}): CampaignRecord {
  let state = seed
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() ** 1.6 * items.length)] as T
  const freeAtMs = new Map<string, number>()

  const rowOf = (index: number): RecordedRow => {
    const cenId = pick(CENS)
    const owner = Math.floor(random() ** 2 * 40)
    const attachment = {
      cenId,
      childInstanceId: `vpc-bp1${(index + 46_656 * 7).toString(36)}pnvo${(index * 7919).toString(36).padStart(6, '0')}`,
      childInstanceType: 'VPC' as const,
      childInstanceRegionId: pick(REGIONS),
      ...(owner > 0 && { childInstanceOwnerId: String(1_688_000_000_000_000 + owner) }),
    }
    const submittedAtMs = STARTED_MS + index * 8
    const requested = {
      line: `line ${index + 2}`,
      requestId: `wave-3-${index + 1}${mark}`,
      correlationId: `account-factory/run-${981 + Math.floor(index / 100)}${mark}`,
      attachment,
    }
    const chance = random()
    if (chance < 0.004) return { ...requested, submittedAtMs, timeline: [{ atMs: submittedAtMs, event: 'submitted' }] }
    const slot = Math.max(submittedAtMs, freeAtMs.get(cenId) ?? 0) + 400
    freeAtMs.set(cenId, slot)
    const sent = { atMs: submittedAtMs, event: 'submitted' as const }
    const reported = (outcome: 'attached' | 'failed' | 'grant-required', finishedAtMs: number) => ({
      ...requested,
      submittedAtMs,
      outcome,
      adopted: false,
      finishedAtMs,
      durationMs: finishedAtMs - submittedAtMs,
      receiveCount: 1 + Math.floor(Math.log2(1 + (finishedAtMs - submittedAtMs) / 20_000)),
      timeline: [sent, { atMs: finishedAtMs, event: outcome }],
    })
    if (chance < 0.022) {
      const failure = failureOf({ code: pick(CODES), apiRequestId: '0B3C9D21-6E0F-4E3B-9C55-7A1D2E8F4A10' })
      return { ...reported('failed', slot + 300), error: { ...failure, message: `${failure.message}${mark}` } }
    }
    if (chance < 0.03 && attachment.childInstanceOwnerId) {
      const failure = failureOf({ code: 'Forbbiden.AttachChildInstanceAcrossUid', httpStatus: 409 })
      const call = grantCall(attachment, '1688000000000001')
      const error = { ...failure, advice: describeGrant(call) }
      const grant = { ownerId: call.ownerId, sentence: sentenceOf(call), command: commandOf(call) }
      return { ...reported('grant-required', slot + 200), error, grant }
    }
    const finishedAtMs = slot + 1_000 + Math.floor(3_000 / (0.05 + random()))
    const adopted = chance > 0.985
    const attached = reported('attached', adopted ? submittedAtMs + 600 : finishedAtMs)
    if (chance < 0.04) {
      const parked = { atMs: slot, event: 'grant-required' as const }
      return { ...attached, timeline: [sent, parked, ...attached.timeline.slice(1)] }
    }
    return { ...attached, adopted }
  }

  const rows = Array.from({ length: count }, (_, index) => rowOf(index))
  const finishedAtMs = rows.reduce((last, row) => Math.max(last, row.finishedAtMs ?? 0), STARTED_MS)
  return { campaignId: `wave-3${mark}`, startedAtMs: STARTED_MS, finishedAtMs, rows }
}
