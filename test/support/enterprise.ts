/** Enterprise Edition in the emulator without HTTP: one CEN, its router in cn-hangzhou, and the calls that attach a VPC. */
import { createTestEmulator, HOME } from './emulated.js'

export const CEN = 'cen-1'
export const REGION = 'cn-hangzhou'
export const ROUTER = `tr-1-${REGION}`
export const SYSTEM_TABLE = `vtb-1-${REGION}`
export const ZONES = [`${REGION}-h`, `${REGION}-i`, `${REGION}-j`] as const

/** `ZoneMappings` of RPC parameters: pairs of zone and vSwitch. */
export const zoneMappings = (...pairs: readonly (readonly [zone: string, vSwitch: string])[]): Record<string, string> =>
  Object.fromEntries(
    pairs.flatMap(([zone, vSwitch], index) => [
      [`ZoneMappings.${index + 1}.ZoneId`, zone],
      [`ZoneMappings.${index + 1}.VSwitchId`, vSwitch],
    ]),
  )

const twoZones = (vpc: string) => zoneMappings([ZONES[0], `vsw-${vpc.slice(4)}-h`], [ZONES[2], `vsw-${vpc.slice(4)}-j`])

/** In two zones, unless the parameters name others. */
export const vpcAttachment = (vpc = 'vpc-1', parameters: Record<string, string> = {}): Record<string, string> => ({
  TransitRouterId: ROUTER,
  RegionId: REGION,
  VpcId: vpc,
  ...(Object.keys(parameters).some((name) => name.startsWith('ZoneMappings.')) ? {} : twoZones(vpc)),
  ...parameters,
})

/** Every duration is at its default. */
export const ATTACH_MS = 1_000
export const ASSOCIATE_MS = 300

export function createEnterprise(world: object = {}) {
  const emulator = createTestEmulator({ editions: {}, cens: [{ cenId: CEN }], ...world })
  const { call, advance } = emulator
  const list = (parameters: Record<string, string> = {}, who = HOME) =>
    call('cbn:ListTransitRouterVpcAttachments', { CenId: CEN, RegionId: REGION, ...parameters }, who).body
      .TransitRouterAttachments
  return {
    ...emulator,
    list,
    attach: (vpc?: string, parameters?: Record<string, string>, who = HOME) =>
      call('cbn:CreateTransitRouterVpcAttachment', vpcAttachment(vpc, parameters), who),
    /** Attaches a VPC and waits until it is; gives the id of the attachment. */
    attached(vpc = 'vpc-1'): string {
      const { body, code } = call('cbn:CreateTransitRouterVpcAttachment', vpcAttachment(vpc))
      if (code) throw new Error(code)
      advance(ATTACH_MS)
      return body.TransitRouterAttachmentId
    },
  }
}
