/** What the Enterprise Edition drivers of a process share: readings, caches, and the owner's role. */
import type { LimiterCaps } from '../../admission/limiter.js'
import { DEFAULT_CAPS } from '../../admission/limiter.js'
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import {
  type GrantOrderType,
  grantCall,
  mendingCall as mendOther,
  revokeCall,
  UNKNOWN_CEN_OWNER,
} from '../../domain/grant-call.js'
import type { CallLimits, Driver, Target } from '../../reconcile/driver.js'
import { createRecentIds, type RecentIds } from '../../reconcile/recent-ids.js'
import type { Log } from '../../telemetry/log.js'
import type { BasicCalls } from '../basic/calls.js'
import { createGrantSequence } from '../basic/owner-grant.js'
import { revokeAndRead } from '../detach/revoke.js'
import { pacedCall } from '../sdk/paced-reads.js'
import { byKey } from '../sdk/remembered.js'
import type { RpcCall } from '../sdk/rpc.js'
import { createAttachmentReader, type ReadAttachment } from './attachment-reader.js'
import type { EnterpriseApis } from './calls/apis.js'
import type { RouterChildType } from './calls/attachments.js'
import { createSendWrite, type SendWrite } from './calls/writes.js'
import { createNetworks } from './networks.js'
import { createPlanner, type PlanAttach } from './plan.js'
import { createProgressStore, type ProgressStore } from './progress.js'
import { createRouting, type Routing, type RoutingDefault } from './routing.js'
import { createTeardownStore } from './teardown/progress.js'
import { createTeardown, type Teardown } from './teardown/teardown.js'
import { createTransitRouters, type TransitRouters } from './transit-routers.js'
import { createZonePlanner, type ZonePlanner } from './zone-planner.js'
import type { ZoneChoice } from './zones.js'

export interface Enterprise {
  readonly apis: EnterpriseApis
  readonly calls: Pick<BasicCalls, 'cenOwnerId' | 'isGranted' | 'cenExists'>
  readonly routers: TransitRouters
  readonly readAttachment: Readonly<Record<RouterChildType, ReadAttachment>>
  readonly routing: Routing
  readonly plan: PlanAttach
  readonly zonePlanner: ZonePlanner
  readonly progress: ProgressStore
  /** Routers that are known to take one master and one slave zone only. */
  readonly unoptimised: RecentIds
  readonly mendingCall: Driver['mendingCall']
  /** Logs the zones that were chosen for a network. */
  readonly chosen: (target: Target, zones: ZoneChoice) => void
  readonly grant?: (attachment: Attachment, limits: CallLimits) => Promise<Answer<unknown>>
  readonly send: SendWrite
  readonly teardown: Teardown
  /** Takes the owner's grant back, and reads that it is gone. */
  readonly revoke?: (attachment: Attachment, limits: CallLimits) => Promise<Answer<unknown>>
}

export interface EnterpriseSettings {
  /** ROUTING. */
  readonly routing: RoutingDefault
  /** GRANT_ORDER_TYPE. */
  readonly orderType: GrantOrderType
  readonly caps?: LimiterCaps
  readonly log?: Pick<Log, 'info'>
}

const MAX_UNOPTIMISED = 1_000

export function createEnterprise(
  apis: EnterpriseApis,
  calls: Pick<BasicCalls, 'cenOwnerId' | 'isGranted' | 'cenExists'>,
  clock: Clock,
  { routing: byDefault, orderType, caps = DEFAULT_CAPS, log }: EnterpriseSettings,
): Enterprise {
  const paced = (call: RpcCall) => pacedCall(call, caps.callsPerSecond, clock)
  const cbn = paced(apis.cbn)
  const { asOwner } = apis
  const networks = createNetworks({
    cbn,
    vpc: byKey((regionId) => paced(apis.vpc(regionId))),
    ...(asOwner && {
      asOwner: (ownerId: string, regionId: string) => asOwner(ownerId, regionId).vpc,
    }),
    cenOwnerId: calls.cenOwnerId,
  })
  const routing = createRouting({ cbn, networks, byDefault, clock })
  const zonePlanner = createZonePlanner(cbn, networks, clock)
  const send = createSendWrite(apis.cbn, clock)
  const inSequence = createGrantSequence()

  const grant =
    asOwner &&
    (async (attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>> => {
      const cenOwner = await calls.cenOwnerId()
      if (!cenOwner.ok) return cenOwner
      const { operation, parameters, ownerId, regionId } = grantCall(
        attachment,
        cenOwner.value,
        'enterprise',
        orderType,
      )
      return inSequence('grant', attachment, () => asOwner(ownerId, regionId).cbn(operation, parameters, limits))
    })

  const revoke =
    asOwner &&
    ((attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>> => {
      const asTheOwner = (one: Attachment, within: CallLimits, cenOwnerId: string) => {
        const { operation, parameters, ownerId, regionId } = revokeCall(one, cenOwnerId, 'enterprise')
        return inSequence('revoke', one, () => asOwner(ownerId, regionId).cbn(operation, parameters, within))
      }
      return revokeAndRead({ ...calls, revoke: asTheOwner }, attachment, limits)
    })

  const mendingCall: Driver['mendingCall'] = async ({ attachment }, failure) => {
    const cenOwner = await calls.cenOwnerId()
    const cenOwnerId = cenOwner.ok ? cenOwner.value : UNKNOWN_CEN_OWNER
    const call =
      failure.kind === 'not-granted'
        ? grantCall(attachment, cenOwnerId, 'enterprise', orderType)
        : mendOther(failure, attachment, cenOwnerId)
    return call && { call, isComplete: cenOwner.ok }
  }

  return {
    apis,
    calls,
    routers: createTransitRouters(cbn, clock),
    readAttachment: {
      VPC: createAttachmentReader(cbn, 'VPC', clock),
      VBR: createAttachmentReader(cbn, 'VBR', clock),
    },
    routing,
    plan: createPlanner({ networks, routing, calls, zonePlanner }),
    zonePlanner,
    progress: createProgressStore(clock),
    unoptimised: createRecentIds(MAX_UNOPTIMISED),
    mendingCall,
    chosen: ({ attachment: { cenId, childInstanceId } }, { mappings, reasons }) =>
      log?.info('zones:chosen', { cenId, childInstanceId, zoneMappings: mappings, reasons }),
    ...(grant && { grant }),
    send,
    teardown: createTeardown({ send, reads: cbn, networks, store: createTeardownStore(clock) }),
    ...(revoke && { revoke }),
  }
}
