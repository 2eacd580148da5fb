/** Associations and propagations: how both are made, removed and listed. */
import { ApiError } from '../../../api-error.js'
import { UNDOCUMENTED_CODES } from '../../../undocumented-codes.js'
import type { EmulatedTableLink, RouterRecords } from '../../../world/enterprise/router-records.js'
import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, ownCenOf, pageByToken, requiredAttachment, requiredTable, startChange } from '../../transit-routers.js'

type LinkKind = keyof typeof WORDS

/** The status while a link is made and while it is removed, and the list in the answer of the List action. */
const WORDS = {
  associations: { making: 'Associating', removing: 'Dissociating', list: 'TransitRouterAssociations' },
  propagations: { making: 'Enabling', removing: 'Disabling', list: 'TransitRouterPropagations' },
} as const

const linkId = (attachmentId: string, tableId: string): string => `${attachmentId} ${tableId}`

/**
 * AssociateTransitRouterAttachmentWithRouteTable and EnableTransitRouterRouteTablePropagation: Associating or Enabling at first, then
 * Active. An attachment has one association, and propagates to several tables.
 */
export const makeLink = (kind: LinkKind): Action =>
  withClientToken((call, context) => {
    const { world, nowMs, random } = context
    const { cen, ...attachment } = requiredAttachment(call, context)
    const table = requiredTable(call, context)
    const links = world.enterprise.records[kind]
    if (table.routerId !== attachment.routerId) throw new ApiError(UNDOCUMENTED_CODES.tableOfAnotherRouter)
    if (attachment.status !== 'Attached') throw new ApiError('IncorrectStatus.Attachment')
    if (table.status !== 'Active') throw new ApiError(UNDOCUMENTED_CODES.changing)
    const ofAttachment = links.by('attachment', attachment.id, nowMs)
    const same = ofAttachment.find(({ tableId }) => tableId === table.id)
    if (same && same.status !== 'Active') throw new ApiError(UNDOCUMENTED_CODES.changing)
    if (kind === 'associations' && ofAttachment.length > 0) throw new ApiError(UNDOCUMENTED_CODES.alreadyAssociated)
    if (same) throw new ApiError(UNDOCUMENTED_CODES.alreadyPropagating)
    if (isTrue(call, 'DryRun')) return {}
    links.put({
      id: linkId(attachment.id, table.id),
      cenId: cen.cenId,
      attachmentId: attachment.id,
      tableId: table.id,
      status: WORDS[kind].making,
      endsAtMs: startChange(context, cen, world.durationMs('associateMs', nowMs, random)),
      nextStatus: 'Active',
    })
    return {}
  })

/**
 * DissociateTransitRouterAttachmentFromRouteTable and DisableTransitRouterRouteTablePropagation: Dissociating or Disabling at first,
 * then gone.
 */
export const removeLink = (kind: LinkKind): Action =>
  withClientToken((call, context) => {
    const { world, nowMs, random } = context
    const attachment = requiredAttachment(call, context)
    const table = requiredTable(call, context)
    const links = world.enterprise.records[kind]
    const link = links.find(linkId(attachment.id, table.id), nowMs)
    if (!link)
      throw new ApiError(
        kind === 'associations' ? UNDOCUMENTED_CODES.noSuchAssociation : UNDOCUMENTED_CODES.noSuchPropagation,
      )
    if (link.status !== 'Active') throw new ApiError(UNDOCUMENTED_CODES.changing)
    if (isTrue(call, 'DryRun')) return {}
    const endsAtMs = startChange(context, attachment.cen, world.durationMs('associateMs', nowMs, random))
    links.put({ ...link, status: WORDS[kind].removing, endsAtMs, nextStatus: undefined })
    return {}
  })

/**
 * ListTransitRouterRouteTableAssociations and ListTransitRouterRouteTablePropagations: the caller's links that match the attachment,
 * the table, the network and the status of the call.
 */
export const listLinks =
  (kind: LinkKind): Action =>
  (call, context) => {
    const { nowMs } = context
    const { records } = context.world.enterprise
    const {
      TransitRouterAttachmentId: attachmentId,
      TransitRouterRouteTableId: tableId,
      TransitRouterAttachmentResourceId: resourceId,
      TransitRouterAttachmentResourceType: resourceType,
      Status: status,
    } = call.parameters
    const found = linksOf(records, kind, { attachmentId, tableId }, nowMs)
      .filter((link) => ownCenOf(link.cenId, call, context))
      .filter((link) => (attachmentId ?? link.attachmentId) === link.attachmentId)
      .filter((link) => (tableId ?? link.tableId) === link.tableId && (status ?? link.status) === link.status)
      .flatMap((link) => {
        const attachment = records.attachments.find(link.attachmentId, nowMs)
        const fits =
          attachment &&
          (resourceId ?? attachment.childInstanceId) === attachment.childInstanceId &&
          (resourceType ?? attachment.type) === attachment.type
        return fits ? [{ link, attachment }] : []
      })
    const { items, page } = pageByToken(found, call)
    const body = items.map(({ link, attachment }) => ({
      TransitRouterAttachmentId: link.attachmentId,
      TransitRouterRouteTableId: link.tableId,
      ResourceId: attachment.childInstanceId,
      ResourceType: attachment.type,
      Status: link.status,
    }))
    return { [WORDS[kind].list]: body, ...page }
  }

function linksOf(
  records: RouterRecords,
  kind: LinkKind,
  { attachmentId, tableId }: { attachmentId: string | undefined; tableId: string | undefined },
  nowMs: number,
): EmulatedTableLink[] {
  if (attachmentId !== undefined) return records[kind].by('attachment', attachmentId, nowMs)
  return tableId === undefined ? records[kind].all(nowMs) : records[kind].by('table', tableId, nowMs)
}
