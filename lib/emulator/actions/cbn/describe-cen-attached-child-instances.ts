import { type Action, required, requiredCen } from '../../action.js'
import { described } from '../../described.js'
import { paged } from '../../page.js'

/** DescribeCenAttachedChildInstances: what is attached to a CEN, page by page. */
export const describeCenAttachedChildInstances: Action = (call, scene) => {
  const cen = requiredCen(call, scene)
  const { ChildInstanceType: type, ChildInstanceRegionId: region } = call.parameters
  if (type !== undefined) required(call, 'ChildInstanceType', /^(?:VPC|VBR|CCN)$/)
  const all = scene.world
    .records(scene.nowMs)
    .filter(({ cenId }) => cenId === cen.cenId)
    .map((record) => described(record, scene.world))
    .filter((one) => (type ?? one.ChildInstanceType) === one.ChildInstanceType)
    .filter((one) => (region ?? one.ChildInstanceRegionId) === one.ChildInstanceRegionId)
  const { items, ...page } = paged(all, call)
  return { ChildInstances: { ChildInstance: items }, ...page }
}
