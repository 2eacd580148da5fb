/** Facts about editions and transit routers. */
import {
  attachCenChildInstance,
  describeCenAttachedChildInstances,
  describeCens,
  detachCenChildInstance,
} from '../../lib/alibaba/basic/cbn.js'
import { checkTransitRouterService } from '../../lib/alibaba/inspection/service.js'
import { attachedA, startA } from '../lab/fixtures/attach.js'
import { attachmentOf, legacyAttached, legacyStart } from '../lab/fixtures/legacy.js'
import { made, routerOf } from '../lab/fixtures/resources.js'
import { answered, codeOf } from '../lab/lab.js'
import { type Fact, is, oneOf, seconds, withinSeconds } from './fact.js'

const ATTACH_PAGE = 'page AttachCenChildInstance'
const ROUTER_PAGE = 'page CreateTransitRouter'

export const EDITION_FACTS: readonly Fact[] = [
  {
    id: 'edition.service-open',
    sentence: 'CheckTransitRouterService answers whether the service is open in the account',
    certainty: 'D',
    source: 'SDK alibabacloud_cbn20170912, CheckTransitRouterService',
    expected: is('open'),
    prove: async ({ own, limits }) =>
      answered(await checkTransitRouterService(own.cbn, limits()), 'CheckTransitRouterService') ? 'open' : 'not open',
  },
  {
    id: 'edition.new-cen-has-none',
    sentence: 'A new CEN has no transit router in a region',
    certainty: 'D',
    source: 'user guide, transit routers: the first attach creates it',
    expected: is('no router'),
    prove: async (lab) => (await routerOf(lab, await lab.use(made('main'))))?.Type ?? 'no router',
  },
  {
    id: 'edition.cen-names-none',
    sentence: 'DescribeCens names the protection level of a CEN and no edition',
    certainty: 'D',
    source: 'SDK alibabacloud_cbn20170912, DescribeCens',
    expected: is('REDUCED, Active'),
    prove: async (lab) => {
      const CenId = await lab.use(made('main'))
      const [cen] = answered(await describeCens(lab.own.cbn, { CenId }, lab.limits()), 'DescribeCens')
      return `${cen?.ProtectionLevel}, ${cen?.Status}`
    },
  },
  {
    id: 'edition.attach-creates-router',
    sentence:
      'CreateTransitRouterVpcAttachment with CenId and RegionId creates an Enterprise router where there is none',
    certainty: 'D',
    source: 'page CreateTransitRouterVpcAttachment',
    expected: is('none before, Enterprise after'),
    prove: async (lab) => {
      const { routerBefore, router } = await lab.use(attachedA)
      return `${routerBefore?.Type ?? 'none'} before, ${router.Type} after`
    },
  },
  {
    id: 'edition.attach-while-created',
    sentence: 'An attach while the router is being created is refused for its status',
    certainty: 'D',
    source: 'page CreateTransitRouterVpcAttachment, error codes',
    expected: oneOf('IncorrectStatus.TransitRouter', 'IncorrectStatus.TransitRouterInstance'),
    prove: async (lab) => (await lab.use(startA)).whileCreating,
  },
  {
    id: 'edition.router-statuses',
    sentence: 'A new router is Creating, then Active',
    certainty: 'D',
    source: ROUTER_PAGE,
    expected: is('Creating, Active'),
    prove: async (lab) => (await lab.use(attachedA)).routerStatuses.join(', '),
  },
  {
    id: 'edition.router-minutes',
    sentence: 'A new router becomes active within minutes',
    certainty: 'I',
    source: 'the code IncorrectStatus.TransitRouter is documented with "try again later"',
    assumedIn: 'lib/alibaba/enterprise/driver.ts RULES',
    expected: withinSeconds(900),
    prove: async (lab) => seconds((await lab.use(attachedA)).router.activeMs),
  },
  {
    id: 'edition.one-router-a-region',
    sentence: 'A second CreateTransitRouter for one CEN and region is refused as existing',
    certainty: 'D',
    source: ROUTER_PAGE,
    expected: is('InstanceExist.TransitRouterInstance'),
    prove: async (lab) => {
      const { cenId } = await lab.use(attachedA)
      return codeOf(
        await lab.own.cbn(
          'CreateTransitRouter',
          { CenId: cenId, RegionId: lab.regionId, DryRun: 'true' },
          lab.limits(),
        ),
      )
    },
  },
  {
    id: 'edition.basic-attach-refused',
    sentence: 'AttachCenChildInstance in a region with an Enterprise router is refused',
    certainty: 'I',
    source: `${ATTACH_PAGE}: the code; that it stands for the other edition is inferred`,
    assumedIn: 'lib/alibaba/drivers.ts NOT_BASIC',
    expected: is('OperationFailed.InvalidTransitRouter'),
    prove: async (lab) => {
      const { cenId, other } = await lab.use(attachedA)
      return codeOf(await attachCenChildInstance(lab.own.cbn, attachmentOf(lab, cenId, other), lab.limits()))
    },
  },
  {
    id: 'edition.basic-detach-refused',
    sentence: 'DetachCenChildInstance of an attachment of an Enterprise router is refused',
    certainty: 'D',
    source: 'page DetachCenChildInstance',
    expected: is('Forbidden.TypeInvalid'),
    prove: async (lab) => {
      const { cenId, other } = await lab.use(attachedA)
      // Of a VPC that is not attached: an answer that accepted it would detach nothing.
      const attachment = attachmentOf(lab, cenId, other)
      return codeOf(await detachCenChildInstance(lab.own.cbn, attachment, undefined, lab.limits()))
    },
  },
  {
    id: 'edition.basic-list-without-enterprise',
    sentence: 'DescribeCenAttachedChildInstances does not list attachments of Enterprise routers',
    certainty: 'I',
    source: 'the page does not mention them',
    question: 4,
    assumedIn: 'lib/alibaba/inventory.ts readCenInventory (reads both lists, so either answer is right)',
    expected: is('not listed'),
    prove: async (lab) => {
      const { cenId, net } = await lab.use(attachedA)
      const page = answered(
        await describeCenAttachedChildInstances(lab.own.cbn, cenId, 1, lab.limits()),
        'DescribeCenAttachedChildInstances',
      )
      return page.instances.some(({ ChildInstanceId }) => ChildInstanceId === net.vpcId) ? 'listed' : 'not listed'
    },
  },
  {
    id: 'edition.basic-attach-without-router',
    sentence: 'AttachCenChildInstance in a region without a router creates a Basic one',
    certainty: 'I',
    source: 'Basic Edition is no longer sold outside the areas of CCN; what the call does is written nowhere',
    question: 1,
    assumedIn: 'lib/emulator/actions/cbn/attach-cen-child-instance.ts answerAttachCenChildInstance',
    expected: is('accepted, Basic'),
    prove: async (lab) => {
      const { code, edition } = await lab.use(legacyStart)
      return `${code}, ${edition}`
    },
  },
  {
    id: 'edition.enterprise-attach-on-basic',
    sentence: 'CreateTransitRouterVpcAttachment on a Basic router is refused for its type',
    certainty: 'D',
    source: 'page CreateTransitRouterVpcAttachment',
    expected: is('OperationUnsupported.TransitRouterType'),
    prove: async (lab) => (await lab.use(legacyAttached)).byTheOther,
  },
]
