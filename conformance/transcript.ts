/** The transcript: one JSON line for each call, with its answer and time, without keys, signatures and tokens of sessions. */
import { appendFileSync, writeFileSync } from 'node:fs'
import type { RpcCall } from '../lib/alibaba/sdk/rpc.js'
import type { Clock } from '../lib/domain/clock.js'
import { scrub } from '../lib/domain/scrub.js'

export interface TranscriptLine {
  readonly at: string
  readonly account: string
  readonly product: string
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
  readonly tookMs: number
  /** `OK`, or the code of the failure. */
  readonly code: string
  readonly httpStatus?: number
  readonly requestId?: string
  readonly message?: string
  readonly retryAfterMs?: number
  /** The body of an answer without an error. */
  readonly answer?: unknown
}

export interface Transcript {
  readonly lines: readonly TranscriptLine[]
  /** The call, recorded. Signatures are made below it, so that no line can have one. */
  record(account: string, product: string, call: RpcCall): RpcCall
}

/** Writes to a file, or without a path keeps the lines in memory only. */
export function createTranscript(clock: Clock, path?: string): Transcript {
  const lines: TranscriptLine[] = []
  if (path !== undefined) writeFileSync(path, '', { mode: 0o600 })
  const add = (line: TranscriptLine) => {
    lines.push(line)
    if (path !== undefined) appendFileSync(path, `${JSON.stringify(line)}\n`)
  }
  return {
    lines,
    record: (account, product, call) => async (action, query, limits) => {
      const startedMs = clock.now()
      const answer = await call(action, query, limits)
      const facts = {
        at: new Date(startedMs).toISOString(),
        account,
        product,
        action,
        parameters: withoutSecrets(query) as Record<string, string>,
        tookMs: clock.now() - startedMs,
      }
      if (answer.ok) {
        const { RequestId, ...body } = answer.value
        add({ ...facts, code: 'OK', httpStatus: 200, requestId: String(RequestId), answer: withoutSecrets(body) })
        return answer
      }
      const { code, httpStatus, apiRequestId, message, retryAfterMs } = answer.failure
      add({
        ...facts,
        code,
        message: scrub(message),
        ...(httpStatus !== undefined && { httpStatus }),
        ...(apiRequestId !== undefined && { requestId: apiRequestId }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      })
      return answer
    },
  }
}

const SECRET = /secret|securitytoken|signature|accesskeyid|password/i

/** A copy in which secret fields are replaced, and secrets that this process holds are removed from every text. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, SECRET.test(name) ? '…' : withoutSecrets(one)]),
  )
}
