/** Facts about association, propagation and routes. */
import { attachedA } from '../lab/fixtures/attach.js'
import { associatedA, propagatedA, routedA, wholeA } from '../lab/fixtures/routing.js'
import { codeOf } from '../lab/lab.js'
import { type Fact, is, seconds, withinSeconds } from './fact.js'

const ASSOCIATE = 'AssociateTransitRouterAttachmentWithRouteTable'
const ENABLE = 'EnableTransitRouterRouteTablePropagation'
const ROUTE = 'CreateCenChildInstanceRouteEntryToAttachment'

export const ROUTING_FACTS: readonly Fact[] = [
  {
    id: 'routing.system-table',
    sentence: 'A router has one route table of the type System',
    certainty: 'D',
    source: 'page ListTransitRouterRouteTables',
    expected: is('1'),
    prove: async (lab) => String((await lab.use(attachedA)).tables.filter(({ isSystem }) => isSystem).length),
  },
  {
    id: 'routing.table-of-vswitches',
    sentence: 'The route table of a new VPC serves vSwitches (AssociateType VSwitch)',
    certainty: 'D',
    source: 'page DescribeRouteTableList',
    expected: is('1 of 1'),
    prove: async (lab) => {
      const { networkTables } = await lab.use(attachedA)
      return `${networkTables.filter(({ servesVSwitches }) => servesVSwitches).length} of ${networkTables.length}`
    },
  },
  {
    id: 'routing.association',
    sentence: 'An association is Associating, then Active',
    certainty: 'D',
    source: `page ${ASSOCIATE}`,
    expected: { text: 'Associating if seen, then Active', holds: (seen) => /^(?:Associating, )?Active$/.test(seen) },
    prove: async (lab) => (await lab.use(associatedA)).statuses.join(', '),
  },
  {
    id: 'routing.association-lasts',
    sentence: 'An association is active within two minutes',
    certainty: 'I',
    source: "Terraform's provider waits at most 5 min",
    assumedIn: 'lib/alibaba/enterprise/driver.ts RULES (durations)',
    expected: withinSeconds(120),
    prove: async (lab) => seconds((await lab.use(associatedA)).ms),
  },
  {
    id: 'routing.second-association',
    sentence: 'A second association of one attachment is refused',
    certainty: 'I',
    source: 'at most one table for an attachment is documented, the code is not',
    assumedIn: 'lib/domain/codes/enterprise.ts alreadyAssociated',
    expected: is('OperationFailed.RouteTableAssociationExist'),
    prove: async (lab) => {
      await lab.use(associatedA)
      const { id, tableId } = await lab.use(attachedA)
      const query = { TransitRouterAttachmentId: id, TransitRouterRouteTableId: tableId, DryRun: 'true' }
      return codeOf(await lab.own.cbn(ASSOCIATE, query, lab.limits()))
    },
  },
  {
    id: 'routing.propagation',
    sentence: 'A propagation is Enabling, then Active',
    certainty: 'D',
    source: `page ${ENABLE}`,
    expected: { text: 'Enabling if seen, then Active', holds: (seen) => /^(?:Enabling, )?Active$/.test(seen) },
    prove: async (lab) => (await lab.use(propagatedA)).statuses.join(', '),
  },
  {
    id: 'routing.second-propagation',
    sentence: 'A second propagation to one table is refused',
    certainty: 'I',
    source: 'no page names the code',
    assumedIn: 'lib/domain/codes/enterprise.ts alreadyPropagating',
    expected: is('OperationFailed.RouteTablePropagationExist'),
    prove: async (lab) => {
      await lab.use(propagatedA)
      const { id, tableId } = await lab.use(attachedA)
      const query = { TransitRouterAttachmentId: id, TransitRouterRouteTableId: tableId, DryRun: 'true' }
      return codeOf(await lab.own.cbn(ENABLE, query, lab.limits()))
    },
  },
  {
    id: 'routing.vpc-route',
    sentence: 'A route of the VPC to its attachment is Pending, then Available, and its next hop is the attachment',
    certainty: 'D',
    source: `page ${ROUTE}`,
    expected: {
      text: 'Pending if seen, then Available; the attachment',
      holds: (seen) => /^(?:Pending, )?Available; the attachment$/.test(seen),
    },
    prove: async (lab) => {
      const { id } = await lab.use(attachedA)
      const { statuses, nextHops } = await lab.use(routedA)
      return `${statuses.join(', ')}; ${nextHops.includes(id) ? 'the attachment' : nextHops.join(', ')}`
    },
  },
  {
    id: 'routing.second-route',
    sentence: 'A second route to one block in one table is refused',
    certainty: 'I',
    source: 'no page names the code of this call; that of CreateRouteEntry is assumed',
    assumedIn: 'lib/domain/codes/enterprise.ts routeExists',
    expected: is('RouterEntryConflict.Duplicated'),
    prove: async (lab) => {
      const { id, cenId, networkTableId } = await lab.use(wholeA)
      const query = {
        CenId: cenId,
        TransitRouterAttachmentId: id,
        RouteTableId: networkTableId,
        DestinationCidrBlock: '192.168.213.0/24',
      }
      return codeOf(await lab.own.cbn(ROUTE, query, lab.limits()))
    },
  },
]
