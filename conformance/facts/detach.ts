/** Facts about detaching on Enterprise Edition: what blocks a deletion, its states, and Force. */
import { forcedB, removedA } from '../lab/fixtures/detach.js'
import { type Fact, is, oneOf, seconds, withinSeconds } from './fact.js'

const PAGE = 'page DeleteTransitRouterVpcAttachment'

export const DETACH_FACTS: readonly Fact[] = [
  {
    id: 'detach.blocked-by-association',
    sentence: 'The deletion of an associated attachment is refused',
    certainty: 'D',
    source: PAGE,
    expected: is('OperationFailed.RouteTableAssociationExist'),
    prove: async (lab) => (await lab.use(removedA)).withAssociation,
  },
  {
    id: 'detach.blocked-by-propagation',
    sentence: 'The deletion of an attachment that propagates is refused',
    certainty: 'D',
    source: PAGE,
    expected: is('OperationFailed.RouteTablePropagationExist'),
    prove: async (lab) => (await lab.use(removedA)).withPropagation,
  },
  {
    id: 'detach.blocked-by-vpc-route',
    sentence: 'The deletion of an attachment that a route of its VPC points to is refused',
    certainty: 'D',
    source: PAGE,
    expected: is('OperationFailed.AttachmentReferencedVpcRouteEntryExisted'),
    prove: async (lab) => (await lab.use(removedA)).withRoute,
  },
  {
    id: 'detach.dissociating',
    sentence: 'An association that is removed is Dissociating, then not listed',
    certainty: 'D',
    source: 'page DissociateTransitRouterAttachmentFromRouteTable',
    expected: { text: 'Dissociating if seen, then gone', holds: (seen) => /^(?:Dissociating, )?gone$/.test(seen) },
    prove: async (lab) => (await lab.use(removedA)).dissociated.statuses.join(', '),
  },
  {
    id: 'detach.dry-run',
    sentence: 'A dry run of a deletion that passes is answered without an error',
    certainty: 'D',
    source: PAGE,
    expected: is('accepted'),
    prove: async (lab) => (await lab.use(removedA)).dryRun,
  },
  {
    id: 'detach.statuses',
    sentence: 'A deleted attachment is Detaching, then not listed',
    certainty: 'D',
    source: 'page ListTransitRouterVpcAttachments',
    expected: is('Detaching, gone'),
    prove: async (lab) => (await lab.use(removedA)).removed.statuses.join(', '),
  },
  {
    id: 'detach.lasts',
    sentence: 'A deletion lasts at most 15 minutes',
    certainty: 'I',
    source: "Terraform's provider waits at most 20 min",
    question: 5,
    assumedIn: 'lib/alibaba/enterprise/driver.ts RULES (durations.longestMs)',
    expected: withinSeconds(900),
    prove: async (lab) => seconds((await lab.use(removedA)).removed.ms),
  },
  {
    id: 'detach.repeated',
    sentence: 'A second deletion finds no attachment, or is answered without an error and does nothing',
    certainty: 'D',
    source: `${PAGE}: invalid values may still be answered by a RequestId`,
    expected: oneOf('InvalidTransitRouterAttachmentId.NotFound', 'accepted'),
    prove: async (lab) => (await lab.use(removedA)).repeated,
  },
  {
    id: 'detach.frees-addresses',
    sentence: 'The addresses of a deleted attachment are free again',
    certainty: 'I',
    source: 'its network interfaces go with it',
    assumedIn: 'lib/emulator/world/enterprise/enterprise-world.ts freeAddresses',
    expected: is('60 each'),
    prove: async (lab) => {
      const free = [...(await lab.use(removedA)).freeAtEnd.values()]
      return free.every((count) => count === 60) ? '60 each' : free.join(', ')
    },
  },
  {
    id: 'detach.router-in-use',
    sentence: 'A router with attachments is not deleted',
    certainty: 'C',
    source: "Terraform's provider, resource_alicloud_cen_transit_router.go (retried code)",
    expected: is('InvalidOperation.AttachedChildInstanceExist'),
    prove: async (lab) => (await lab.use(removedA)).routerInUse,
  },
  {
    id: 'detach.force-with-route',
    sentence: 'Force does not delete an attachment that a route of its VPC points to, nor the route',
    certainty: 'I',
    source: 'the page states that Force deletes what depends on the attachment, without a list',
    question: 10,
    assumedIn: 'lib/emulator/actions/cbn/attachments/delete-attachment.ts deleteAttachment',
    expected: is('OperationFailed.AttachmentReferencedVpcRouteEntryExisted'),
    prove: async (lab) => {
      const { withRoute, routesLeft } = await lab.use(forcedB)
      return withRoute === 'accepted' ? `accepted, ${routesLeft} routes left` : withRoute
    },
  },
  {
    id: 'detach.force-with-association',
    sentence: 'Force deletes an attachment with its association',
    certainty: 'D',
    source: PAGE,
    expected: is('accepted'),
    prove: async (lab) => (await lab.use(forcedB)).withAssociation,
  },
]
