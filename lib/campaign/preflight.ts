/** The verdict of a dry run, as a preflight result carries it. */
import type { AttachmentResult } from '../attachment-result.js'
import type { Verdict } from '../result-texts.js'

export type Preflight = Pick<Verdict, 'would' | 'reasons'>

/** The verdict of a result, or undefined where it carries none. */
export const preflightOf = ({ data: { would, reasons = [] } }: AttachmentResult): Preflight | undefined =>
  would && { would, reasons }
