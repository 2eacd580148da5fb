/** Invokes a function of Function Compute 3.0 (FC 2023-03-30, InvokeFunction), over the generic call of the SDK core. */
import type { FunctionLocation } from '../../config/function-compute.js'
import type { Failure } from '../../domain/failure.js'
import type { KeySource } from '../credentials/key-source.js'
import { toCallFailure } from '../sdk/call-failure.js'
import { createLazySdkClient } from '../sdk/lazy-sdk-client.js'
import { type Invoke, invocationFailure, toInvocationAnswer } from './invocation.js'

export function createFc3Invoke({ endpoint, functionName }: FunctionLocation, source: KeySource): Invoke {
  const client = createLazySdkClient(endpoint, source, {
    version: '2023-03-30',
    protocol: 'HTTPS',
    pathname: `/2023-03-30/functions/${encodeURIComponent(functionName)}/invocations`,
    method: 'POST',
    authType: 'AK',
    style: 'ROA',
    reqBodyType: 'json',
    bodyType: 'string',
  })
  return async (event, timeoutMs) => {
    try {
      const { headers, body } = await client.send('InvokeFunction', { body: event }, timeoutMs)
      return toInvocationAnswer(headers as Parameters<typeof toInvocationAnswer>[0], String(body))
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  }
}

interface Thrown {
  readonly statusCode?: unknown
  readonly requestId?: unknown
  readonly retryAfter?: unknown
  readonly data?: Readonly<Record<string, unknown>> | null
}

function toFailure(error: unknown): Failure {
  const { statusCode, requestId, retryAfter, data } = error as Thrown
  if (typeof statusCode !== 'number') return toCallFailure(error)
  const text = (...names: string[]) => names.map((name) => data?.[name]).find((value) => typeof value === 'string')
  return invocationFailure({
    httpStatus: statusCode,
    code: text('Code', 'code', 'ErrorCode', 'errorCode') as string | undefined,
    message: text('Message', 'message', 'ErrorMessage', 'errorMessage') as string | undefined,
    apiRequestId: typeof requestId === 'string' && requestId !== 'undefined' ? requestId : undefined,
    retryAfterMs: typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined,
  })
}
