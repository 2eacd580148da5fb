/** Invokes a function of Function Compute 2.0, over `@alicloud/fc2`, which is loaded with the first invocation. */
import type { FunctionLocation } from '../../config/function-compute.js'
import { type Failure, failureOf } from '../../domain/failure.js'
import { holdSecrets } from '../../domain/scrub.js'
import type { KeySource } from '../credentials/key-source.js'
import { toCallFailure } from '../sdk/call-failure.js'
import { watchAnswers } from '../sdk/watch-answers.js'
import { type Invoke, invocationFailure, toInvocationAnswer } from './invocation.js'

export function createFc2Invoke(
  { accountId, region, endpoint, service = '', functionName }: FunctionLocation,
  source: KeySource,
): Invoke {
  watchAnswers()
  return async (event, timeoutMs) => {
    try {
      const { default: Client } = await import('@alicloud/fc2/lib/client.js')
      const { accessKeyId: accessKeyID, accessKeySecret, securityToken } = await source.keys()
      holdSecrets(accessKeySecret, securityToken)
      if (accessKeyID.startsWith('STS') && !securityToken)
        return { ok: false, failure: failureOf({ code: 'CredentialsUnavailable', advice: TOKEN_MISSING }) }
      const keys = { accessKeyID, accessKeySecret, securityToken }
      const client = new Client(accountId, { ...keys, region, endpoint, timeout: timeoutMs })
      const { headers, data } = await client.invokeFunction(service, functionName, event)
      return toInvocationAnswer(headers, typeof data === 'string' ? data : JSON.stringify(data))
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  }
}

/** Checked before, because the client would throw. */
const TOKEN_MISSING = 'Keys of a session, STS.…, need their ALIBABA_CLOUD_SECURITY_TOKEN.'

/** The client gives the status in the text only (fc2 2.6.6, lib/client.js, request). */
const REFUSED = / failed with (\d{3})\. requestid: (\S+), message: ([\s\S]*)\.$/

function toFailure(error: unknown): Failure {
  const { message = '', code } = error as { message?: string; code?: unknown }
  const [, httpStatus, requestId, messageText] = REFUSED.exec(message) ?? []
  if (httpStatus === undefined) return toCallFailure(error)
  const definedText = (text: string | undefined) => (text === 'undefined' ? undefined : text)
  return invocationFailure({
    httpStatus: Number(httpStatus),
    code: typeof code === 'string' ? code : undefined,
    message: definedText(messageText),
    apiRequestId: definedText(requestId),
  })
}
