import { ApiError } from '../../api-error.js'
import { type Action, requiredCen } from '../action.js'

/** DeleteCen: refused while something is attached. */
export const answerDeleteCen: Action = (call, context) => {
  const { world, nowMs } = context
  const cen = requiredCen(call, context)
  if (world.cenStatus(cen, nowMs) !== 'Active') throw new ApiError('InvalidOperation.CenInstanceStatus')
  const ofRouters = world.enterprise.records.attachments.by('cen', cen.cenId, nowMs)
  if (world.recordsOf(cen.cenId, nowMs).length + ofRouters.length > 0)
    throw new ApiError('InvalidOperation.AttachedChildInstanceExist', {
      message: 'Operation is invalid because child instances are attached to the CEN.',
    })
  world.deleteCen(cen.cenId)
  return {}
}
