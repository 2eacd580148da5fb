/** Why an attach is refused: each error code with its cause in the world, in the order of the checks. */
import { isPending, type RefusalRule } from './refusal-rules.js'
import type { Account, ChildInstance, EmulatedCen, World } from './world.js'

interface AttachCase {
  readonly world: World
  readonly nowMs: number
  readonly cen: EmulatedCen
  readonly child: ChildInstance
  /** Undefined if there is no such account. */
  readonly owner: Account | undefined
  readonly cenOwner: Account | undefined
}

const transitRouter = ({ world, cen, child, nowMs }: AttachCase) => world.enterprise.router(cen, child.regionId, nowMs)

const attaching = ({ world, cen, nowMs }: AttachCase): number => world.changing(cen.cenId, nowMs)

export const ATTACH_RULES: readonly RefusalRule<AttachCase>[] = [
  { code: 'Bid.NotFound', when: ({ owner }) => owner === undefined },
  { code: 'Operation.FailedAndTryAgain', when: ({ owner }) => owner?.labelLookupFails === true },
  {
    code: 'Forbbiden.AttachChildInstanceAcrossBid',
    when: ({ owner, cenOwner }) => (owner?.bid ?? '') !== (cenOwner?.bid ?? ''),
  },
  {
    code: 'Forbbiden.AttachChildInstanceAcrossUid',
    when: ({ world, cen, child, nowMs }) =>
      child.ownerId !== cen.ownerId && !world.grants.find(child.childInstanceId, cen, nowMs),
  },
  {
    code: 'InvalidOperation.ChildInstanceAlreadyAttached',
    when: ({ world, child, nowMs }) => world.isAttached(child.childInstanceId, nowMs),
  },
  { code: 'InvalidOperation.ChildInstanceRIAlreadyExist', when: ({ child }) => child.routerInterfaceId !== undefined },
  { code: 'InvalidOperation.VbrAttachedToEcr', when: ({ child }) => child.ecrId !== undefined },
  { code: 'Forbidden.AttachChildInstance', when: ({ child }) => child.accessDevice === 'unsupported' },
  {
    code: 'Forbbiden.CloudBoxVSwitchExist',
    when: ({ child }) => child.vSwitches?.some(({ cloudBox }) => cloudBox) === true,
  },
  {
    code: 'OperationUnsupported.CenFullLevel',
    when: ({ cen, child }) => cen.level === 'FULL' && child.vpnBgp === true,
  },
  {
    code: 'OperationUnsupported.VpcRoutePropagationSource',
    when: ({ child }) => child.routePropagationSource === 'unsupported',
  },
  {
    code: 'InvalidOperation.CenAlreadyAutoPubilshRouteToInstance',
    when: ({ cen, child }) => child.routesPublishedBy !== undefined && child.routesPublishedBy !== cen.cenId,
  },
  {
    code: 'OperationFailed.InvalidTransitRouter',
    when: (attachCase) => {
      const router = transitRouter(attachCase)
      return router !== undefined && attachCase.world.enterprise.editionOf(router, attachCase.nowMs) === 'Enterprise'
    },
  },
  {
    code: 'IncorrectStatus.TransitRouter',
    when: (attachCase) => (transitRouter(attachCase)?.status ?? 'Active') !== 'Active',
  },
  {
    code: 'InvalidOperation.CenInstanceStatus',
    when: ({ world, cen, nowMs }) => world.cenStatus(cen, nowMs) !== 'Active',
  },
  {
    code: 'OperationFailed.InvalidVpcStatus',
    when: (attachCase) => attachCase.child.status === 'Configuring' && isPending('Configuring', attachCase),
  },
  { code: 'InvalidStatus.ResourceStatus', when: (attachCase) => isPending(attachCase.child.status, attachCase) },
  {
    code: 'IncorrectStatus.VpcRouteTable',
    when: (attachCase) => isPending(attachCase.child.routeTableStatus, attachCase),
  },
  {
    code: 'IncorrectStatus.VpcSwitch',
    when: (attachCase) => attachCase.child.vSwitches?.some(({ status }) => isPending(status, attachCase)) === true,
  },
  {
    code: 'Operation.Blocking',
    when: (attachCase) => attaching(attachCase) >= attachCase.world.attachesAtOnce(attachCase.cen, attachCase.nowMs),
  },
]
