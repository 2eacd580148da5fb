/**
 * A simulation of Terraform with alicloud_cen_instance_attachment: ten resources at a time, no limiter, nothing learnt,
 * nothing shared. Source: terraform-provider-alicloud (August 2026: resource_alicloud_cen_instance_attachment.go,
 * service_alicloud_cbn.go, common.go) on its plugin SDK 1.17.2 (helper/resource/state.go and wait.go). It omits the time
 * to start and plan, and the detaching of resources that timed out after they were attached (they are tainted).
 */
import type { RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import type { Clock } from '../../lib/domain/clock.js'
import { normalCode } from '../../lib/domain/failure.js'

/** `terraform apply -parallelism=10`, the default. */
const WORKERS = 10
const CREATE_TIMEOUT_MS = 600_000
const READ_TIMEOUT_MS = 300_000

/** The plugin SDK's `StateChangeConf`. */
interface StateChange {
  readonly timeoutMs: number
  readonly delayMs: number
  readonly minTimeoutMs: number
}
/** The provider's `BuildStateConf`. */
const ATTACHED: StateChange = { timeoutMs: CREATE_TIMEOUT_MS, delayMs: 5_000, minTimeoutMs: 3_000 }
const BACKOFF_FROM_MS = 100
const MAX_BACKOFF_MS = 10_000
/** How long a refresh that is under way at the timeout may take, in milliseconds. */
const GRACE_MS = 30_000
/** The most refreshes in a row that may find nothing. */
const NOT_FOUND_CHECKS = 20

/** One kind of call: the codes that it is retried on, and the provider's `incrementalWait`, the first wait and all later ones. */
interface Retry {
  readonly action: string
  readonly timeoutMs: number
  readonly waitsMs: readonly [first: number, then: number]
  readonly codes: ReadonlySet<string>
}
const codes = (...listed: string[]) => new Set(listed.map(normalCode))
const ATTACH: Retry = {
  action: 'AttachCenChildInstance',
  timeoutMs: CREATE_TIMEOUT_MS,
  waitsMs: [3_000, 5_000],
  codes: codes(
    'Operation.Blocking',
    'OperationFailed.InvalidVpcStatus',
    'InvalidOperation.CenInstanceStatus',
    'InvalidOperation.ChildInstanceStatus',
    'IncorrectStatus.VpcSwitch',
    'IncorrectStatus.VpcRouteTable',
  ),
}
const READ: Retry = {
  action: 'DescribeCenAttachedChildInstanceAttribute',
  timeoutMs: READ_TIMEOUT_MS,
  waitsMs: [3_000, 3_000],
  codes: codes(),
}
const NOT_FOUND = codes('ParameterCenInstanceId', 'ParameterError', 'ParameterInstanceId')
/** The provider's `NeedRetry`, by its codes. */
const needRetry = (code: string) => code === 'ServiceUnavailable' || code.includes('Throttling')

type Query = Readonly<Record<string, string>>
type Answer = Awaited<ReturnType<RpcCall>>

/** Resolves once all are attached; a resource that timed out is applied again, as a user would. */
export async function applyLikeTerraform(bodies: readonly string[], call: RpcCall, clock: Clock): Promise<void> {
  for (let left = [...bodies]; left.length > 0; ) {
    const queue = [...left]
    const failed: string[] = []
    const work = async () => {
      for (let body = queue.shift(); body !== undefined; body = queue.shift()) {
        if (!(await create(body, call, clock))) failed.push(body)
      }
    }
    await Promise.all(Array.from({ length: WORKERS }, work))
    left = failed
  }
}

async function create(body: string, call: RpcCall, clock: Clock): Promise<boolean> {
  const { cenId: CenId, childInstanceId: ChildInstanceId, childInstanceRegionId } = JSON.parse(body)
  const query = { CenId, ChildInstanceId, ChildInstanceType: 'VPC', ChildInstanceRegionId: childInstanceRegionId }
  const sent = await retry(ATTACH, query, call, clock)
  // After a timeout the second apply finds it attached; the provider reports a failure and a user imports the resource.
  const already = sent?.ok === false && sent.failure.code === 'InvalidOperation.ChildInstanceAlreadyAttached'
  if (!sent?.ok && !already) return false
  const refresh = async () => {
    const answer = await retry(READ, query, call, clock)
    if (answer?.ok) return answer.value.Status === 'Attached' ? { attached: true } : 'pending'
    return answer && NOT_FOUND.has(normalCode(answer.failure.code)) ? 'not-found' : { attached: false }
  }
  const state = await waitForState(refresh, ATTACHED, clock)
  if (!state?.attached) return false
  // The resource is read once more into the state file.
  await retry(READ, query, call, clock)
  return true
}

/**
 * The plugin SDK's `resource.Retry` around a call that itself waits after a refusal. The two waits add up: to 3.5, 6,
 * 7, 9, 13, 15, 15 … s for an attach. Resolves to the last answer, or to undefined after the timeout.
 */
function retry(kind: Retry, query: Query, call: RpcCall, clock: Clock): Promise<Answer | undefined> {
  const { action, timeoutMs, waitsMs, codes } = kind
  let [waitMs, thenMs] = waitsMs
  const refresh = async () => {
    const answer = await call(action, query, { deadlineMs: Infinity })
    if (answer.ok || !(codes.has(normalCode(answer.failure.code)) || needRetry(answer.failure.code))) return answer
    await clock.sleep(waitMs)
    waitMs = thenMs
    return 'pending'
  }
  return waitForState(refresh, { timeoutMs, delayMs: 0, minTimeoutMs: 500 }, clock)
}

/**
 * The plugin SDK's `StateChangeConf.WaitForState`: refreshes, with a wait in between that doubles from 0.2 s to 10 s but is at
 * least `minTimeoutMs`. Resolves to the last refresh, or to undefined after the timeout or if nothing was found.
 */
async function waitForState<T extends object>(
  refresh: () => Promise<T | 'pending' | 'not-found'>,
  { timeoutMs, delayMs, minTimeoutMs }: StateChange,
  clock: Clock,
): Promise<T | undefined> {
  const untilMs = clock.now() + timeoutMs
  let waitMs = 0
  let notFound = 0
  await clock.sleep(delayMs)
  for (;;) {
    await clock.sleep(Math.min(waitMs, untilMs - clock.now()))
    if (clock.now() >= untilMs) return undefined
    const state = await refresh()
    if (typeof state === 'object') return clock.now() < untilMs + GRACE_MS ? state : undefined
    notFound = state === 'not-found' ? notFound + 1 : 0
    if (notFound > NOT_FOUND_CHECKS) return undefined
    waitMs = Math.max(minTimeoutMs, Math.min(2 * (waitMs || BACKOFF_FROM_MS), MAX_BACKOFF_MS))
  }
}
