/** The attributes of a CEN that CreateCen and ModifyCenAttribute set. */
import type { EmulatedCen } from '../world/world.js'
import { type EmulatedCall, optional } from './action.js'

const NAME = /^(?!https?:\/\/).{0,128}$/s
const DESCRIPTION = /^(?!https?:\/\/).{0,256}$/s
const LEVEL = /^(?:REDUCED|FULL)$/

/** The attributes that the call names; a name or description may be empty (Cbn, CreateCen). */
export function cenAttributes(call: EmulatedCall): Pick<EmulatedCen, 'name' | 'description' | 'level'> {
  const text = (key: string, pattern: RegExp) => (call.parameters[key] === '' ? '' : optional(call, key, pattern))
  const [name, description] = [text('Name', NAME), text('Description', DESCRIPTION)]
  const level = optional(call, 'ProtectionLevel', LEVEL) as EmulatedCen['level']
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(level !== undefined && { level }),
  }
}
