/** What CreateCen and ModifyCenAttribute set on a CEN. */
import { type ApiCall, optional } from './action.js'
import type { Cen } from './world.js'

const NAME = /^(?!https?:\/\/).{0,128}$/s
const DESCRIPTION = /^(?!https?:\/\/).{0,256}$/s
const LEVEL = /^(?:REDUCED|FULL)$/

/** Only what the call names; a name or description may be empty (Cbn, CreateCen). */
export function cenAttributes(call: ApiCall): Pick<Cen, 'name' | 'description' | 'level'> {
  const text = (key: string, pattern: RegExp) => (call.parameters[key] === '' ? '' : optional(call, key, pattern))
  const [name, description] = [text('Name', NAME), text('Description', DESCRIPTION)]
  const level = optional(call, 'ProtectionLevel', LEVEL) as Cen['level']
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(level !== undefined && { level }),
  }
}
