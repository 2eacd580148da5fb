/**
 * What Terraform does with alicloud_cen_instance_attachment (terraform-provider-alicloud,
 * resource_alicloud_cen_instance_attachment.go): ten at a time, attach again after 3 s and then each 5 s, state polled from
 * 5 s on each 5 s, ten minutes at most; no limiter, nothing learnt, nothing shared.
 */
import type { RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import type { Clock } from '../../lib/domain/clock.js'
import { normalCode } from '../../lib/domain/failure.js'

/** `terraform apply -parallelism=10`, the default. */
const WORKERS = 10
const CREATE_TIMEOUT_MS = 600_000
const RETRY_FIRST_MS = 3_000
const RETRY_THEN_MS = 5_000
const POLL_MS = 5_000
const DESCRIBE_RETRY_MS = 3_000
const RETRIED = new Set(
  [
    'Operation.Blocking',
    'OperationFailed.InvalidVpcStatus',
    'InvalidOperation.CenInstanceStatus',
    'InvalidOperation.ChildInstanceStatus',
    'IncorrectStatus.VpcSwitch',
    'IncorrectStatus.VpcRouteTable',
    'ServiceUnavailable',
    'Rejected.Throttling',
  ].map(normalCode),
)
const isRetried = (code: string) => RETRIED.has(normalCode(code)) || code.includes('Throttling')

/** Resolves once all are attached; what timed out is applied again, as a user would. */
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
  const untilMs = clock.now() + CREATE_TIMEOUT_MS
  const limits = { deadlineMs: Infinity }
  for (let waitMs = RETRY_FIRST_MS; ; waitMs = RETRY_THEN_MS) {
    const answer = await call('AttachCenChildInstance', query, limits)
    if (answer.ok) break
    const { code } = answer.failure
    // Applied again after a timeout; the provider itself calls this a failure and a user imports the resource.
    if (code === 'InvalidOperation.ChildInstanceAlreadyAttached') break
    if (!isRetried(code) || clock.now() + waitMs > untilMs) return false
    await clock.sleep(waitMs)
  }
  for (;;) {
    await clock.sleep(POLL_MS)
    if ((await describe(query, call, clock)) === 'Attached') break
    if (clock.now() > untilMs) return false
  }
  // The resource is read once more into the state file.
  await describe(query, call, clock)
  return true
}

async function describe(query: Record<string, string>, call: RpcCall, clock: Clock): Promise<unknown> {
  for (;;) {
    const answer = await call('DescribeCenAttachedChildInstanceAttribute', query, { deadlineMs: Infinity })
    if (answer.ok) return answer.value.Status
    if (!isRetried(answer.failure.code)) return undefined
    await clock.sleep(DESCRIBE_RETRY_MS)
  }
}
