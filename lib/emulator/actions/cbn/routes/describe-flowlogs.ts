import { type Action, paginate } from '../../action.js'
import { toSecond } from '../../transit-routers.js'
import { blockedAttachments } from './blocked-attachments.js'

/** DescribeFlowlogs: the flow logs that the world file declares as blockers. */
export const answerDescribeFlowlogs: Action = (call, context) => {
  const { CenId: cenId, TransitRouterId: routerId, TransitRouterAttachmentId: attachmentId } = call.parameters
  const { FlowLogId: flowLogId, RegionId: regionId } = call.parameters
  const all = blockedAttachments(call, context, 'flow-log', { cenId, routerId, attachmentId })
    .filter(({ id }) => (flowLogId ?? id) === id)
    .filter(({ attachment }) => (regionId ?? attachment.regionId) === attachment.regionId)
  const { items, PageNumber, PageSize, TotalCount } = paginate(all, call)
  const FlowLog = items.map(({ attachment, id }) => ({
    FlowLogId: id,
    FlowLogName: '',
    Description: '',
    CenId: attachment.cenId,
    RegionId: attachment.regionId,
    TransitRouterId: attachment.routerId,
    TransitRouterAttachmentId: attachment.id,
    Status: 'Active',
    Interval: 600,
    ProjectName: 'flow',
    LogStoreName: 'flow',
    CreationTime: toSecond(attachment.createdAtMs),
    Tags: { Tag: [] },
  }))
  return {
    FlowLogs: { FlowLog },
    PageNumber: String(PageNumber),
    PageSize: String(PageSize),
    TotalCount: String(TotalCount),
    Success: 'true',
  }
}
