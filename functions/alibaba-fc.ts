/** The door of Function Compute: an event of the worker in, its answer out, with the keys of the function's own RAM role. */

import type { BasicCalls } from '../lib/alibaba/basic/calls.js'
import { createInvocationKeys } from '../lib/alibaba/credentials/key-source.js'
import { answerEvent } from '../lib/alibaba/function/handler.js'
import type { AlibabaKeys } from '../lib/config/alibaba.js'
import { readFunctionConfig } from '../lib/config/function-compute.js'
import type { Answer } from '../lib/domain/failure.js'
import { failureOf } from '../lib/domain/failure.js'
import { scrub } from '../lib/domain/scrub.js'
import { createJsonLog } from '../lib/telemetry/json-log.js'
import { systemClock } from '../lib/telemetry/system-clock.js'
import { buildDirectCalls } from './compose/direct-calls.js'

/** What of the runtime's context is used (alibabacloud.com/help/en/functioncompute/fc/user-guide/context-1). */
export interface FunctionContext {
  readonly requestId: string
  /** Of the function's role; empty where it has none. */
  readonly credentials?: Partial<AlibabaKeys>
  /** `timeout` in seconds. */
  readonly function?: { readonly timeout?: number }
}

/** Time that the answer needs on its way out. */
const MARGIN_MS = 500
const DEFAULT_TIMEOUT_SECONDS = 3

const { config, faults } = readFunctionConfig(process.env)
const log = createJsonLog(config.logLevel)
const keys = createInvocationKeys()
/** Built once an instance, so that what is asked at once shares its pages. Settings that are wrong are told, not thrown. */
const calls: Answer<BasicCalls> =
  faults.length === 0
    ? { ok: true, value: buildDirectCalls(config, keys, systemClock) }
    : { ok: false, failure: failureOf({ code: 'FunctionMisconfigured', advice: scrub(faults.join('; ')) }) }

/** Answers every event and never throws: a function that throws leaves it open what it did. */
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
