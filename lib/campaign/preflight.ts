/** The verdict of a dry run, as a preflight result carries it. */
import type { AttachmentResult } from '../attachment-result.js'

export interface Preflight {
  readonly would: 'attach' | 'adopt' | 'wait-for-grant' | 'refuse'
  readonly reasons: readonly string[]
}

/** The verdict of a result, or undefined where it carries none. */
export const preflightOf = ({ data }: AttachmentResult): Preflight | undefined =>
  (data as { readonly preflight?: Preflight }).preflight
