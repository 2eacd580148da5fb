/** Why a detach on Basic Edition is refused: each error code with its cause in the world, in the order of the checks. */
import type { RouterRecord } from './enterprise/router-records.js'
import { blockedBy, isPending, type RefusalRule } from './refusal-rules.js'
import type { EmulatedCen, World } from './world.js'

interface DetachCase {
  readonly world: World
  readonly nowMs: number
  readonly cen: EmulatedCen
  readonly child: ReturnType<World['known']>
  readonly router: RouterRecord | undefined
  readonly managedService: string | undefined
}

export const WRONG_EDITION_RULE: RefusalRule<DetachCase> = {
  code: 'Forbidden.TypeInvalid',
  when: ({ world, nowMs, router }) =>
    router !== undefined && world.enterprise.editionOf(router, nowMs) === 'Enterprise',
}

export const DETACH_RULES: readonly RefusalRule<DetachCase>[] = [
  {
    code: 'OperationNotPermitted.AttachmentManagedByCloudService',
    when: ({ managedService }) => managedService !== undefined,
  },
  { code: 'OperationFailed.AttachmentReferencedVpcRouteEntryExisted', when: blockedBy('vpc-route') },
  { code: 'Forbidden.PrivatezoneRouteExisted', when: blockedBy('private-zone') },
  { code: 'Forbidden.OptimizationCCNExisted', when: blockedBy('optimised-ccn') },
  { code: 'OperationFailed.VbrAttachedVbrHa', when: blockedBy('vbr-ha') },
  { code: 'OperationFailed.RIInstanceExist', when: blockedBy('router-interface') },
  { code: 'InvalidOperation.BondVbrAssociated', when: blockedBy('bond-vbr') },
  { code: 'OperationFailed.VbrWithAllowPrefixes', when: blockedBy('allow-prefixes') },
  { code: 'InvalidOperation.CustomRegionDomainRouteEntryExist', when: blockedBy('region-domain') },
  { code: 'IncorrectStatus.Vpc', when: (detachCase) => isPending(detachCase.child.status, detachCase) },
  {
    code: 'IncorrectStatus.VpcRouteTable',
    when: (detachCase) => isPending(detachCase.child.routeTableStatus, detachCase),
  },
  {
    code: 'InvalidOperation.CenInstanceStatus',
    when: ({ world, cen, nowMs }) => world.cenStatus(cen, nowMs) !== 'Active',
  },
  {
    code: 'Operation.Blocking',
    when: ({ world, cen, nowMs }) => world.changing(cen.cenId, nowMs) >= world.attachesAtOnce(cen, nowMs),
  },
]
