import { type Action, CHILD_TYPE, paginate, required, requiredCen } from '../action.js'
import { toAttributeBody } from './describe-cen-attached-child-instance-attribute.js'

/** DescribeCenAttachedChildInstances: the attachments of a CEN, in pages. */
export const answerDescribeCenAttachedChildInstances: Action = (call, context) => {
  const cen = requiredCen(call, context)
  const { ChildInstanceType: type, ChildInstanceRegionId: region } = call.parameters
  if (type !== undefined) required(call, 'ChildInstanceType', CHILD_TYPE)
  const records = context.world.recordsOf(cen.cenId, context.nowMs)
  const matching = records.filter((record) => {
    if (type === undefined && region === undefined) return true
    const one = toAttributeBody(record, context.world)
    return (
      (type ?? one.ChildInstanceType) === one.ChildInstanceType &&
      (region ?? one.ChildInstanceRegionId) === one.ChildInstanceRegionId
    )
  })
  const { items, ...page } = paginate(matching, call)
  return { ChildInstances: { ChildInstance: items.map((record) => toAttributeBody(record, context.world)) }, ...page }
}
