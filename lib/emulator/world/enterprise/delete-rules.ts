/** Why the deletion of an attachment is refused: each error code with its cause in the world, in the order of the checks. */
import { UNDOCUMENTED_CODES } from '../../undocumented-codes.js'
import { blockedBy, isPending, type RefusalRule } from '../refusal-rules.js'
import type { EmulatedCen, World } from '../world.js'
import type { EmulatedAttachment } from './router-records.js'

interface DeleteCase {
  readonly world: World
  readonly nowMs: number
  readonly cen: EmulatedCen
  readonly attachment: EmulatedAttachment
  readonly child: ReturnType<World['known']>
  /** True: associations and propagations go with the attachment. */
  readonly force: boolean
}

const routesTo = ({ world, nowMs, attachment }: DeleteCase) =>
  world.enterprise.records.networkRoutes.by('nextHop', attachment.id, nowMs)

export const DELETE_RULES: readonly RefusalRule<DeleteCase>[] = [
  {
    code: 'OperationNotPermitted.AttachmentManagedByCloudService',
    when: ({ attachment }) => attachment.managedService !== undefined,
  },
  { code: 'IncorrectStatus.Attachment', when: ({ attachment }) => attachment.status !== 'Attached' },
  {
    code: 'OperationFailed.RouteTableAssociationExist',
    when: ({ world, nowMs, attachment, force }) =>
      !force && world.enterprise.records.associations.by('attachment', attachment.id, nowMs).length > 0,
  },
  {
    code: 'OperationFailed.RouteTablePropagationExist',
    when: ({ world, nowMs, attachment, force }) =>
      !force && world.enterprise.records.propagations.by('attachment', attachment.id, nowMs).length > 0,
  },
  {
    code: 'OperationFailed.RouteEntryExist',
    when: ({ world, nowMs, attachment }) => world.enterprise.routerRoutesTo(attachment, nowMs).length > 0,
  },
  { code: 'OperationFailed.PrefixListExist', when: blockedBy('prefix-list') },
  { code: 'OperationFailed.MulticastDomainAssociationExist', when: blockedBy('multicast') },
  { code: 'OperationFailed.FlowLogExistOrNisOpened', when: blockedBy('flow-log') },
  { code: UNDOCUMENTED_CODES.privateZone, when: blockedBy('private-zone') },
  { code: 'OperationFailed.VbrAttachedVbrHa', when: blockedBy('vbr-ha') },
  {
    code: 'IncorrectStatus.VpcRouteEntry',
    when: (deleteCase) => routesTo(deleteCase).some(({ status }) => status !== 'Available'),
  },
  {
    code: 'OperationFailed.AttachmentReferencedVpcRouteEntryExisted',
    when: (deleteCase) => routesTo(deleteCase).length > 0 || blockedBy('vpc-route')(deleteCase),
  },
  {
    code: 'IncorrectStatus.Vpc',
    when: (deleteCase) => isPending(deleteCase.child.status, deleteCase),
  },
  {
    code: 'IncorrectStatus.VpcRouteTable',
    when: (deleteCase) => isPending(deleteCase.child.routeTableStatus, deleteCase),
  },
  {
    code: 'IncorrectStatus.VpcSwitch',
    when: (deleteCase) => deleteCase.child.vSwitches?.some(({ status }) => isPending(status, deleteCase)) === true,
  },
]
