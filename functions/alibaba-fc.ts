/** Entry point of Function Compute: answers an event of the worker with the credentials of the function's own RAM role. */
import { createInvocationKeys } from '../lib/alibaba/credentials/key-source.js'
import { type AttacherCalls, answerEvent } from '../lib/alibaba/function/handler.js'
import type { AlibabaKeys } from '../lib/config/alibaba.js'
import { readFunctionConfig } from '../lib/config/function-compute.js'
import { type Answer, answered, failureOf } from '../lib/domain/failure.js'
import { scrub } from '../lib/domain/scrub.js'
import { createJsonLog } from '../lib/telemetry/json-log.js'
import { systemClock } from '../lib/telemetry/system-clock.js'
import { buildDirectApis, buildDirectCalls } from './compose/direct-calls.js'

/** The used fields of the runtime's context (alibabacloud.com/help/en/functioncompute/fc/user-guide/context-1). */
interface FunctionContext {
  readonly requestId: string
  /** Of the function's role; empty without a role. */
  readonly credentials?: Partial<AlibabaKeys>
  /** `timeout` in seconds. */
  readonly function?: { readonly timeout?: number }
}

/** Reserved at the end of an invocation for the response. */
const MARGIN_MS = 500
const DEFAULT_TIMEOUT_SECONDS = 3

const { config, faults } = readFunctionConfig(process.env)
const log = createJsonLog(config.logLevel)
const keys = createInvocationKeys()
/** Built once for each instance, so that concurrent requests share reads. Faults of the settings are answered, not thrown. */
const calls: Answer<AttacherCalls> =
  faults.length === 0
    ? answered({
        basic: buildDirectCalls(config, keys, systemClock),
        apis: buildDirectApis(config, keys, systemClock),
      })
    : { ok: false, failure: failureOf({ code: 'FunctionMisconfigured', advice: scrub(faults.join('; ')) }) }

/** Answers every event and never throws, since an error leaves the outcome of the call unknown. */
export async function handler(event: Uint8Array, context: FunctionContext): Promise<string> {
  const startedMs = systemClock.now()
  const { accessKeyId, accessKeySecret, securityToken } = context.credentials ?? {}
  keys.set(
    accessKeyId && accessKeySecret
      ? { accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) }
      : undefined,
  )
  const maxMs = (context.function?.timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1_000 - MARGIN_MS
  const body = Buffer.from(event ?? []).toString('utf8')
  const { response, action } = await answerEvent(body, calls, systemClock, maxMs)
  const code = response.answer.ok ? 'OK' : response.answer.failure.code
  const tookMs = systemClock.now() - startedMs
  log.info('function:answered', {
    requestId: context.requestId,
    action,
    code,
    refused: response.refused.length,
    tookMs,
  })
  return JSON.stringify(response)
}
