import { type Action, paginate, required } from '../../action.js'
import { requiredOwnCen } from '../../transit-routers.js'

/** ListGrantVSwitchesToCen, for the owner of the CEN: the vSwitches of a granted VPC, without addresses. Assumed: also before it is attached. */
export const answerListGrantVSwitchesToCen: Action = (call, context) => {
  const { world, nowMs } = context
  const cen = requiredOwnCen(call, context)
  const child = world.findChild(required(call, 'VpcId', /^vpc-[\w-]+$/))
  const { RegionId: regionId, ZoneId: zoneId } = call.parameters
  const isVisible =
    child?.type === 'VPC' &&
    (regionId ?? child.regionId) === child.regionId &&
    (child.ownerId === cen.ownerId || world.grants.find(child.childInstanceId, cen, nowMs) !== undefined)
  const found = isVisible ? world.enterprise.networkOf(child).vSwitches : []
  const { items, ...page } = paginate(
    found.filter((vSwitch) => (zoneId ?? vSwitch.zoneId) === vSwitch.zoneId),
    call,
  )
  const VSwitches = items.map((vSwitch) => ({
    VSwitchId: vSwitch.vSwitchId,
    VSwitchName: vSwitch.vSwitchId,
    VpcId: child?.childInstanceId,
    ZoneId: vSwitch.zoneId,
  }))
  return { VSwitches, ...page }
}
