/** Facts about zones and vSwitches. All attaches are dry runs, which make every check. */
import { describeVSwitches } from '../../lib/alibaba/enterprise/calls/networks.js'
import { attachedA, create } from '../lab/fixtures/attach.js'
import { type LabNetwork, made, network, zones } from '../lab/fixtures/resources.js'
import { answered, codeOf, type Lab } from '../lab/lab.js'
import { type Fact, is, NotRun, oneOf } from './fact.js'

const PAGE = 'page CreateTransitRouterVpcAttachment'

type Mapping = readonly [zoneId: string, vSwitchId: string]

/** The code of a dry run of `b` with these mappings. */
const dryRun = async (lab: Lab, mappings: (net: LabNetwork) => readonly Mapping[]): Promise<string> => {
  const { router, other } = await lab.use(attachedA)
  const pairs = mappings(other).flatMap(([zoneId, vSwitchId], index) => [
    [`ZoneMappings.${index + 1}.ZoneId`, zoneId],
    [`ZoneMappings.${index + 1}.VSwitchId`, vSwitchId],
  ])
  const query = { TransitRouterId: router.TransitRouterId, VpcId: other.vpcId, DryRun: 'true' }
  return codeOf(await create(lab, { ...query, ...Object.fromEntries(pairs) }))
}

const first = ({ vSwitches: [one] }: LabNetwork) => {
  if (one === undefined) throw new NotRun('the VPC has no vSwitch')
  return one
}

export const ZONE_FACTS: readonly Fact[] = [
  {
    id: 'zones.available',
    sentence: 'ListTransitRouterAvailableResource lists the zones of a region',
    certainty: 'D',
    source: 'SDK alibabacloud_cbn20170912, ListTransitRouterAvailableResource',
    expected: is('zones of the region'),
    prove: async (lab) => {
      const all = await lab.use(zones)
      return all.every((zone) => zone.startsWith(lab.regionId)) ? 'zones of the region' : all.join(', ')
    },
  },
  {
    id: 'zones.vswitch-fields',
    sentence: 'DescribeVSwitches has zone, status, block and free addresses of a vSwitch: a new /26 has 60',
    certainty: 'D',
    source: 'page DescribeVSwitches',
    expected: is('Available, /26, 60 free'),
    prove: async (lab) => {
      const { vpcId } = await lab.use(network('vpc-b'))
      const id = await lab.use(made('vsw-b1'))
      const all = answered(
        await describeVSwitches(lab.own.vpc, { vpcId, regionId: lab.regionId }, lab.limits()),
        'DescribeVSwitches',
      )
      const one = all.find((vSwitch) => vSwitch.id === id)
      return `${one?.status}, /${one?.prefix}, ${one?.free} free`
    },
  },
  {
    id: 'zones.twice',
    sentence: 'A zone that is named twice is refused',
    certainty: 'D',
    source: PAGE,
    expected: is('Duplicated.ZoneMapping'),
    prove: (lab) =>
      dryRun(lab, (net) => {
        const { zoneId, id } = first(net)
        return [
          [zoneId, id],
          [zoneId, id],
        ]
      }),
  },
  {
    id: 'zones.unknown',
    sentence: 'A zone without Enterprise Edition is refused',
    certainty: 'D',
    source: PAGE,
    expected: is('IllegalParam.ZoneId'),
    prove: (lab) => dryRun(lab, (net) => [[`${lab.regionId}-zz`, first(net).id]]),
  },
  {
    id: 'zones.unknown-vswitch',
    sentence: 'A vSwitch that does not exist is refused',
    certainty: 'D',
    source: PAGE,
    expected: oneOf('InvalidVSwitchId.NotFound', 'OperationFailed.VSwitchNotFound'),
    prove: (lab) => dryRun(lab, (net) => [[first(net).zoneId, 'vsw-0123456789abcdefghijk']]),
  },
  {
    id: 'zones.vswitch-of-another',
    sentence: 'A vSwitch of another VPC is refused',
    certainty: 'D',
    source: PAGE,
    expected: is('IllegalParam.VSwitchId'),
    prove: async (lab) => {
      const foreign = first((await lab.use(attachedA)).net)
      return dryRun(lab, () => [[foreign.zoneId, foreign.id]])
    },
  },
  {
    id: 'zones.none',
    sentence: 'An attach without zones is refused',
    certainty: 'D',
    source: PAGE,
    expected: is('IllegalParam.ZoneMappings'),
    prove: (lab) => dryRun(lab, () => []),
  },
  {
    id: 'zones.takes-an-address',
    sentence: 'An attachment takes one free address of each of its vSwitches',
    certainty: 'I',
    source: 'the router makes one network interface in each',
    assumedIn: 'lib/emulator/world/enterprise/enterprise-world.ts freeAddresses',
    expected: is('1 each'),
    prove: async (lab) => {
      const { freeBefore, freeAfter } = await lab.use(attachedA)
      const taken = [...freeBefore].map(([id, before]) => before - (freeAfter.get(id) ?? Number.NaN))
      return taken.every((count) => count === 1) ? '1 each' : taken.join(', ')
    },
  },
]
