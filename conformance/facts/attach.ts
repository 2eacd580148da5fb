/** Facts about attaching on Enterprise Edition: states, times, and what an attachment has. */
import { attachedA, attachedBC, create, startA } from '../lab/fixtures/attach.js'
import { made, zoneMappings } from '../lab/fixtures/resources.js'
import { codeOf } from '../lab/lab.js'
import { type Fact, is, NotRun, notRun, oneOf, seconds, withinSeconds } from './fact.js'

const PAGE = 'page CreateTransitRouterVpcAttachment'
const LIST_PAGE = 'page ListTransitRouterVpcAttachments'

/** The fields that the product reads, each as its form. */
const FORMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  Status: (value) => value === 'Attached',
  VpcId: (value) => typeof value === 'string',
  VpcOwnerId: (value) => Number.isSafeInteger(Number(value)) && Number(value) > 0,
  CenId: (value) => typeof value === 'string',
  TransitRouterId: (value) => typeof value === 'string',
  ZoneMappings: (value) => Array.isArray(value) && value.length > 0,
  AutoPublishRouteEnabled: (value) => value === false,
  CreationTime: (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(value)),
}

export const ATTACH_FACTS: readonly Fact[] = [
  {
    id: 'attach.asynchronous',
    sentence: 'An attachment is Attaching at first, then Attached',
    certainty: 'D',
    source: LIST_PAGE,
    expected: is('Attaching, Attached'),
    prove: async (lab) => (await lab.use(attachedA)).statuses.join(', '),
  },
  {
    id: 'attach.visible-soon',
    sentence: 'An accepted attach is listed within 20 seconds',
    certainty: 'I',
    source: 'assumed as on Basic Edition',
    assumedIn: 'lib/alibaba/enterprise/driver.ts RULES (invisibleMs)',
    expected: withinSeconds(20),
    prove: async (lab) => seconds((await lab.use(attachedA)).visibleMs),
  },
  {
    id: 'attach.lasts',
    sentence: 'An attach that also creates the router lasts at most 15 minutes',
    certainty: 'I',
    source: "acceptance tests of Terraform's provider: 147 to 376 s with everything; its default timeout is 42 min",
    question: 5,
    assumedIn: 'lib/alibaba/enterprise/driver.ts RULES (durations.longestMs)',
    expected: withinSeconds(900),
    prove: async (lab) => seconds((await lab.use(attachedA)).attachedMs),
  },
  {
    id: 'attach.failed-creation',
    sentence: 'A creation that fails after it was accepted vanishes from the list',
    certainty: 'I',
    source: 'no page names a failed state',
    question: 5,
    assumedIn: 'lib/alibaba/enterprise/attachment-reader.ts createAttachmentReader',
    expected: is('vanishes'),
    prove: notRun('no call is known that is accepted and fails later'),
  },
  {
    id: 'attach.fields',
    sentence: `An entry of the list has ${Object.keys(FORMS).join(', ')}, the time in whole seconds`,
    certainty: 'D',
    source: LIST_PAGE,
    expected: is('as documented'),
    prove: async (lab) => {
      const { entry } = await lab.use(attachedA)
      const wrong = Object.entries(FORMS).filter(([name, holds]) => !holds(entry[name]))
      return wrong.length === 0
        ? 'as documented'
        : wrong.map(([name]) => `${name}: ${JSON.stringify(entry[name])}`).join(', ')
    },
  },
  {
    id: 'attach.found-by-vpc',
    sentence: 'The list filtered by CenId, RegionId and VpcId has this attachment only, and cen-attach can read it',
    certainty: 'D',
    source: LIST_PAGE,
    expected: is('this attachment'),
    prove: async (lab) => {
      const { readable, id } = await lab.use(attachedA)
      if (!readable.ok) return readable.failure.code
      const ids = readable.value.entries.map((one) => one.id)
      return ids.length === 1 && ids[0] === id ? 'this attachment' : `${ids.length} attachments: ${ids.join(', ')}`
    },
  },
  {
    id: 'attach.owner-id',
    sentence: 'VpcOwnerId is the account that GetCallerIdentity names, with all digits',
    certainty: 'I',
    source: 'account ids are below 2^53 in every known answer',
    assumedIn: 'lib/alibaba/sdk/read-answer.ts accountIdOf',
    expected: is('the account of the keys'),
    prove: async (lab) => {
      const { entry } = await lab.use(attachedA)
      return String(entry.VpcOwnerId) === lab.own.accountId ? 'the account of the keys' : String(entry.VpcOwnerId)
    },
  },
  {
    id: 'attach.unrouted',
    sentence: 'A new attachment has no association, no propagation and no routes in the VPC',
    certainty: 'D',
    source: 'pages of associations, propagations and route synchronization',
    expected: is('0, 0, 0'),
    prove: async (lab) => {
      const { associations, propagations, routesToAttachment } = await lab.use(attachedA)
      return [associations, propagations, routesToAttachment].join(', ')
    },
  },
  {
    id: 'attach.already-on-router',
    sentence: 'A second attach of one VPC to one router, with another token, is refused as attached',
    certainty: 'I',
    source: 'the page has no such code: that of Basic Edition is assumed',
    question: 2,
    assumedIn: 'lib/domain/codes/enterprise.ts ASSUMED_CODES',
    expected: is('InvalidOperation.ChildInstanceAlreadyAttached'),
    prove: async (lab) => {
      const { query } = await lab.use(attachedA)
      return codeOf(await create(lab, { ...query, ClientToken: `${query.ClientToken}-2` }))
    },
  },
  {
    id: 'attach.dry-run',
    sentence: 'A dry run that passes answers the error DryRunOperation',
    certainty: 'D',
    source: PAGE,
    expected: is('DryRunOperation'),
    prove: async (lab) => {
      const { router } = await lab.use(attachedA)
      const { b } = { b: (await lab.use(startA)).other }
      return codeOf(
        await create(lab, {
          TransitRouterId: router.TransitRouterId,
          VpcId: b.vpcId,
          ...zoneMappings(b),
          DryRun: 'true',
        }),
      )
    },
  },
  {
    id: 'attach.vbr-dry-run',
    sentence: 'A dry run of the attach of a VBR that passes is answered without an error, and needs no zones',
    certainty: 'D',
    source: 'SDK alibabacloud_cbn20170912, CreateTransitRouterVbrAttachment',
    expected: is('accepted'),
    prove: async (lab) => {
      if (lab.vbrId === undefined) throw new NotRun('needs a VBR: --vbr ID (for a dry run, which does not change it)')
      const { router } = await lab.use(attachedA)
      const query = {
        TransitRouterId: router.TransitRouterId,
        RegionId: lab.regionId,
        VbrId: lab.vbrId,
        DryRun: 'true',
      }
      return codeOf(await lab.own.cbn('CreateTransitRouterVbrAttachment', query, lab.limits()))
    },
  },
  {
    id: 'attach.unknown-vpc',
    sentence: 'A VPC that does not exist is refused by an InvalidVpcId code',
    certainty: 'I',
    source: 'the page has no such code',
    assumedIn: 'lib/emulator/undocumented-codes.ts noSuchVpc',
    expected: is('InvalidVpcId.NotFound'),
    prove: async (lab) => {
      const { router, net } = await lab.use(attachedA)
      const query = {
        TransitRouterId: router.TransitRouterId,
        VpcId: 'vpc-0123456789abcdefghijk',
        ...zoneMappings(net),
      }
      return codeOf(await create(lab, { ...query, DryRun: 'true' }))
    },
  },
  {
    id: 'attach.unknown-cen',
    sentence: 'A CEN that does not exist is refused',
    certainty: 'D',
    source: PAGE,
    expected: oneOf('InvalidCenId.NotFound', 'ParameterCenInstanceId'),
    prove: async (lab) => {
      const { net } = await lab.use(attachedA)
      const query = { CenId: 'cen-0123456789abcdefgh', VpcId: net.vpcId, ...zoneMappings(net), DryRun: 'true' }
      return codeOf(await create(lab, query))
    },
  },
  {
    id: 'attach.no-place',
    sentence: 'An attach that names neither router nor CEN is refused',
    certainty: 'D',
    source: PAGE,
    expected: is('MissingParam.CenIdOrRegionId'),
    prove: async (lab) => {
      const { net } = await lab.use(attachedA)
      return codeOf(await create(lab, { VpcId: net.vpcId, ...zoneMappings(net), DryRun: 'true' }))
    },
  },
]

/** Facts about the attach of a second VPC, before which the dry runs with that VPC must be over. */
export const SECOND_ATTACH_FACTS: readonly Fact[] = [
  {
    id: 'attach.lasts-with-router',
    sentence: 'An attach to an active router lasts at most 15 minutes',
    certainty: 'I',
    source: "acceptance tests of Terraform's provider",
    question: 5,
    assumedIn: 'lib/alibaba/enterprise/driver.ts RULES (durations.longestMs)',
    expected: withinSeconds(900),
    prove: async (lab) => seconds((await lab.use(attachedBC)).watchedB.attachedMs),
  },
  {
    id: 'attach.several-cens',
    sentence: 'A VPC that is attached to one CEN can be attached to another one on Enterprise Edition',
    certainty: 'I',
    source: 'a quota of CENs for each VPC exists (QuotaFull.ChildInstanceRelatedCen)',
    assumedIn: 'lib/alibaba/attachment-state.ts STATUSES (none of them is elsewhere)',
    expected: is('DryRunOperation'),
    prove: async (lab) => {
      await lab.use(attachedBC)
      const { net } = await lab.use(attachedA)
      const TransitRouterId = await lab.use(made('other-router'))
      return codeOf(await create(lab, { TransitRouterId, VpcId: net.vpcId, ...zoneMappings(net), DryRun: 'true' }))
    },
  },
  {
    id: 'attach.hidden-flags',
    sentence: 'RouteTableAssociationEnabled and RouteTablePropagationEnabled have no effect',
    certainty: 'I',
    source: "Terraform's provider still sends them, marked deprecated; the page no longer has them",
    question: 9,
    assumedIn: 'lib/alibaba/enterprise/plan.ts createPlanner (never sends them)',
    expected: is('0 associations, 0 propagations'),
    prove: async (lab) => {
      const { associations, propagations } = await lab.use(attachedBC)
      return `${associations} associations, ${propagations} propagations`
    },
  },
  {
    id: 'zones.one-is-enough',
    sentence: 'A VPC can be attached with one zone',
    certainty: 'C',
    source: "acceptance tests of Terraform's provider (zone_mappings.# = 1)",
    expected: is('1 zone'),
    prove: async (lab) => {
      const { ZoneMappings } = (await lab.use(attachedBC)).watchedB.entry
      return `${Array.isArray(ZoneMappings) ? ZoneMappings.length : 0} zone`
    },
  },
]
