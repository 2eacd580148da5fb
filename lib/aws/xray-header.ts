/** AWS's own way to carry a trace: the header of X-Ray, as the system attribute AWSTraceHeader. */
import { readTraceContext, type TraceContext } from '../trace-context.js'

/**
 * `Root=1-8 hex-24 hex;Parent=16 hex;Sampled=1` (AWS X-Ray, tracing header). Undefined without a parent, and where it is not sampled:
 * the SDKs send such a header from every function of Lambda, and it would keep from being recorded what nobody decided about.
 */
export function readXrayHeader(header: string | undefined): TraceContext | undefined {
  const parts = new Map((header ?? '').split(';').map((part) => part.trim().split('=', 2) as [string, string]))
  const [, seconds = '', rest = ''] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(parts.get('Root') ?? '') ?? []
  if (parts.get('Sampled') !== '1') return undefined
  return readTraceContext(`00-${seconds}${rest}-${parts.get('Parent')}-01`)
}
