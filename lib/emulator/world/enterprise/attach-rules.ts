/** Why an attach to an Enterprise Edition router is refused: each error code with its cause in the world, in the order of the checks. */
import { UNDOCUMENTED_CODES } from '../../undocumented-codes.js'
import { isPending, type RefusalRule } from '../refusal-rules.js'
import type { Account, ChildInstance, EmulatedCen, World } from '../world.js'
import type { EmulatedVSwitch } from './networks.js'
import type { RouterRecord } from './router-records.js'

export interface RouterAttachCase {
  readonly world: World
  readonly nowMs: number
  readonly cen: EmulatedCen
  readonly child: ChildInstance
  /** Undefined if there is no such account. */
  readonly owner: Account | undefined
  readonly cenOwner: Account | undefined
  /** Undefined: the attach creates the router. */
  readonly router: RouterRecord | undefined
  /** Empty for a VBR. */
  readonly mappings: readonly { readonly zoneId: string; readonly vSwitchId: string }[]
  readonly autoPublish: boolean
  readonly ipv6: boolean
}

export type RouterAttachRule = RefusalRule<RouterAttachCase>

const PUBLISHED_PER_ROUTER = 50
const MOST_ZONES = 10

const attachmentsOf = ({ world, nowMs, child }: RouterAttachCase) =>
  world.enterprise.records.attachments.by('child', child.childInstanceId, nowMs)

const attachmentsOn = ({ world, nowMs, router }: RouterAttachCase) =>
  router ? world.enterprise.records.attachments.by('router', router.id, nowMs) : []

const vSwitchesOf = ({ world, child, mappings }: RouterAttachCase): EmulatedVSwitch[] =>
  mappings.flatMap(
    ({ vSwitchId }) => world.enterprise.networkOf(child).vSwitches.find((one) => one.vSwitchId === vSwitchId) ?? [],
  )

const zonesOf = ({ world, child }: RouterAttachCase) => world.enterprise.zones(child.regionId)

const isEnterprise = ({ world, nowMs, router }: RouterAttachCase): boolean =>
  router === undefined || world.enterprise.editionOf(router, nowMs) === 'Enterprise'

const oneMasterOneSlave = (attachCase: RouterAttachCase): boolean => {
  const { masterZones, slaveZones } = zonesOf(attachCase)
  const [first = '', second = '', ...others] = attachCase.mappings.map(({ zoneId }) => zoneId)
  const fits = (master: string, slave: string) => masterZones.includes(master) && slaveZones.includes(slave)
  return others.length === 0 && (fits(first, second) || fits(second, first))
}

/** Of every type; the service-linked role is assumed to be needed in the account that owns the network. */
export const ROUTER_ATTACH_RULES: readonly RouterAttachRule[] = [
  {
    code: 'Forbbiden.TransitRouterServiceNotOpen',
    when: ({ cenOwner }) => cenOwner?.transitRouterService === 'closed',
  },
  {
    code: 'Forbidden.TransitRouterServiceExpired',
    when: ({ cenOwner }) => cenOwner?.transitRouterService === 'expired',
  },
  { code: UNDOCUMENTED_CODES.noSuchAccount, http: 404, when: ({ owner }) => owner === undefined },
  {
    code: 'Forbidden.ResourceOwnerTransitRouterServiceNotOpen',
    when: ({ owner }) => owner?.transitRouterService === 'closed',
  },
  {
    code: 'Forbidden.ResourceOwnerTransitRouterServiceExpired',
    when: ({ owner }) => owner?.transitRouterService === 'expired',
  },
  { code: 'NoPermission.AliyunServiceRoleForCEN', when: ({ owner }) => owner?.serviceLinkedRole === false },
  {
    code: 'Forbbiden.AttachChildInstanceAcrossBid',
    when: ({ owner, cenOwner }) => (owner?.bid ?? '') !== (cenOwner?.bid ?? ''),
  },
  {
    code: UNDOCUMENTED_CODES.notGranted,
    http: 409,
    when: ({ world, cen, child, nowMs }) =>
      child.ownerId !== cen.ownerId && !world.grants.find(child.childInstanceId, cen, nowMs),
  },
  { code: 'OperationUnsupported.TransitRouterType', when: (attachCase) => !isEnterprise(attachCase) },
  { code: 'InvalidTransitRouterMode.NeedUpgrade', when: ({ router }) => router?.needsUpgrade === true },
  { code: 'OperationUnsupported.CenFullLevel', when: ({ cen }) => cen.level === 'FULL' },
  {
    code: 'OperationUnsupported.TransitRouterRegionId',
    when: (attachCase) => zonesOf(attachCase).availableZones.length === 0,
  },
  {
    code: 'IncorrectStatus.TransitRouter',
    when: ({ router }) => router?.status === 'Creating' || router?.status === 'Upgrading',
  },
  {
    code: 'IncorrectStatus.TransitRouterInstance',
    when: ({ router }) => router !== undefined && router.status !== 'Active',
  },
  {
    code: 'InvalidOperation.CenInstanceStatus',
    http: 409,
    when: ({ world, cen, nowMs }) => world.cenStatus(cen, nowMs) !== 'Active',
  },
  {
    code: UNDOCUMENTED_CODES.alreadyAttached,
    http: 409,
    when: (attachCase) => attachmentsOf(attachCase).some(({ routerId }) => routerId === attachCase.router?.id),
  },
]

/** Why AutoPublishRouteEnabled is refused. */
export const PUBLISH_RULES: readonly RouterAttachRule[] = [
  {
    code: 'OperationNotSupport.VpcAutoRoutesPublish',
    when: ({ world, child, autoPublish }) => autoPublish && !world.publishesRoutes(child.regionId),
  },
  {
    code: 'InvalidOperation.VpcAutoRoutesPublishInOtherCEN',
    when: (attachCase) =>
      attachCase.autoPublish &&
      ((attachCase.child.routesPublishedBy ?? attachCase.cen.cenId) !== attachCase.cen.cenId ||
        attachmentsOf(attachCase).some(({ cenId, autoPublish }) => autoPublish && cenId !== attachCase.cen.cenId)),
  },
  { code: 'InvalidOperation.VpnAssociated', when: ({ child, autoPublish }) => autoPublish && child.vpnBgp === true },
  {
    code: 'QuotaExceeded.VpcAutoRoutesPublishPerTransitRouter',
    when: (attachCase) =>
      attachCase.autoPublish &&
      attachmentsOn(attachCase).filter(({ autoPublish }) => autoPublish).length >=
        (attachCase.world.limitsAt(attachCase.nowMs).publishedPerRouter ?? PUBLISHED_PER_ROUTER),
  },
]

/** Of the zones of a VPC attachment: as a whole, and each. */
export const VPC_ZONE_RULES: Readonly<Record<'ofAll' | 'ofEach', readonly RouterAttachRule[]>> = {
  ofAll: [
    {
      code: 'Duplicated.ZoneMapping',
      when: ({ mappings }) => new Set(mappings.map(({ zoneId }) => zoneId)).size < mappings.length,
    },
    {
      code: 'IllegalParam.ZoneMappings',
      when: (attachCase) =>
        attachCase.mappings.length === 0 ||
        attachCase.mappings.length > MOST_ZONES ||
        (attachCase.router?.optimised === false && !oneMasterOneSlave(attachCase)),
    },
  ],
  ofEach: [
    {
      code: 'IllegalParam.ZoneId',
      when: (attachCase) =>
        attachCase.mappings.some(({ zoneId }) => !zonesOf(attachCase).availableZones.includes(zoneId)),
    },
    {
      code: 'InvalidVSwitchId.NotFound',
      http: 404,
      when: ({ world, child, mappings }) => {
        world.enterprise.networkOf(child)
        return mappings.some(({ vSwitchId }) => world.enterprise.vSwitchOwner(vSwitchId) === undefined)
      },
    },
    {
      code: 'IllegalParam.VSwitchId',
      when: ({ world, child, mappings }) =>
        mappings.some(
          ({ zoneId, vSwitchId }) =>
            !world.enterprise
              .networkOf(child)
              .vSwitches.some((vSwitch) => vSwitch.vSwitchId === vSwitchId && vSwitch.zoneId === zoneId),
        ),
    },
    {
      code: 'OperationUnsupported.CloudBoxVswNotSupport',
      when: (attachCase) => vSwitchesOf(attachCase).some(({ cloudBox }) => cloudBox),
    },
    {
      code: 'OperationFailed.VSwitchIpv6CidrNotAllocated',
      when: (attachCase) => attachCase.ipv6 && vSwitchesOf(attachCase).some(({ ipv6 }) => ipv6 !== true),
    },
    {
      code: 'IncorrectStatus.VpcSwitch',
      http: 409,
      when: (attachCase) => vSwitchesOf(attachCase).some(({ status }) => isPending(status, attachCase)),
    },
    {
      code: 'InsufficientIpAddr.vsw',
      when: (attachCase) =>
        vSwitchesOf(attachCase).some(
          (vSwitch) => attachCase.world.enterprise.freeAddresses(vSwitch, attachCase.nowMs) === 0,
        ),
    },
  ],
}

export const VPC_ATTACH_RULES: readonly RouterAttachRule[] = [
  {
    code: 'InvalidStatus.VpcAttachedFullModeCen',
    when: ({ world, child, cen, nowMs }) =>
      world
        .censOf(child.childInstanceId, nowMs)
        .some((cenId) => cenId !== cen.cenId && world.cen(cenId)?.level === 'FULL'),
  },
  {
    code: 'QuotaFull.ChildInstanceRelatedCen',
    when: ({ world, child, nowMs }) =>
      world.censOf(child.childInstanceId, nowMs).length >= (world.limitsAt(nowMs).censPerVpc ?? Infinity),
  },
  {
    code: 'QuotaExceeded.CenQuotaVpcAttachPerTransitRouter',
    when: (attachCase) =>
      attachmentsOn(attachCase).length >=
      (attachCase.world.limitsAt(attachCase.nowMs).attachmentsPerRouter ?? Infinity),
  },
  ...PUBLISH_RULES,
  ...VPC_ZONE_RULES.ofAll,
  ...VPC_ZONE_RULES.ofEach,
  {
    code: 'IncorrectStatus.VpcOrVswitch',
    when: (attachCase) =>
      attachCase.world.enterprise
        .networkOf(attachCase.child)
        .vSwitches.some(({ status }) => isPending(status, attachCase)),
  },
  { code: 'IncorrectStatus.Vpc', when: (attachCase) => isPending(attachCase.child.status, attachCase) },
  {
    code: 'IncorrectStatus.VpcRouteTable',
    when: (attachCase) => isPending(attachCase.child.routeTableStatus, attachCase),
  },
  {
    code: 'IncorrectStatus.VpcResource',
    when: ({ world, child, nowMs }) => world.isChanging(child.childInstanceId, nowMs),
  },
]

/** Assumed: those of Basic Edition; no page of the action was found. */
export const VBR_ATTACH_RULES: readonly RouterAttachRule[] = [
  { code: 'InvalidOperation.VbrAttachedToEcr', when: ({ child }) => child.ecrId !== undefined },
  {
    code: 'InvalidOperation.ChildInstanceRIAlreadyExist',
    http: 409,
    when: ({ child }) => child.routerInterfaceId !== undefined,
  },
  { code: 'Forbidden.AttachChildInstance', http: 403, when: ({ child }) => child.accessDevice === 'unsupported' },
  { code: 'InvalidStatus.ResourceStatus', when: (attachCase) => isPending(attachCase.child.status, attachCase) },
]
