import { type Action, required, requiredCen } from '../../action.js'
import { described } from '../../described.js'
import { paged } from '../../page.js'

/** DescribeCenAttachedChildInstances: what is attached to a CEN, page by page. */
export const describeCenAttachedChildInstances: Action = (call, scene) => {
  const cen = requiredCen(call, scene)
  const { ChildInstanceType: type, ChildInstanceRegionId: region } = call.parameters
  if (type !== undefined) required(call, 'ChildInstanceType', /^(?:VPC|VBR|CCN)$/)
  const records = scene.world.recordsOf(cen.cenId, scene.nowMs)
  const asked = records.filter((record) => {
    if (type === undefined && region === undefined) return true
    const one = described(record, scene.world)
    return (
      (type ?? one.ChildInstanceType) === one.ChildInstanceType &&
      (region ?? one.ChildInstanceRegionId) === one.ChildInstanceRegionId
    )
  })
  const { items, ...page } = paged(asked, call)
  return { ChildInstances: { ChildInstance: items.map((record) => described(record, scene.world)) }, ...page }
}
