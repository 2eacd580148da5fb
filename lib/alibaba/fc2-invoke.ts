/** Invokes a function of Function Compute 2.0, by `@alicloud/fc2`, which is loaded with the first invocation. */
import type { FunctionPlace } from '../attacher-setting.js'
import { type Failure, failureOf } from '../failure.js'
import { holdSecrets } from '../scrub.js'
import { toCallFailure } from './call-failure.js'
import type { KeySource } from './credential.js'
import { invocationFailure } from './fc-failure.js'
import { type Invoke, toInvocationAnswer } from './fc-invocation.js'

export function createFc2Invoke(
  { accountId, region, endpoint, service = '', functionName }: FunctionPlace,
  source: KeySource,
): Invoke {
  return async (event, timeoutMs) => {
    try {
      const { default: Client } = await import('@alicloud/fc2/lib/client.js')
      const { accessKeyId: accessKeyID, accessKeySecret, securityToken } = await source.keys()
      holdSecrets(accessKeySecret, securityToken)
      if (accessKeyID.startsWith('STS') && !securityToken)
        return { ok: false, failure: failureOf({ code: 'CredentialsUnavailable', advice: NO_TOKEN }) }
      const keys = { accessKeyID, accessKeySecret, securityToken }
      const client = new Client(accountId, { ...keys, region, endpoint, timeout: timeoutMs })
      const { headers, data } = await client.invokeFunction(service, functionName, event)
      return toInvocationAnswer(headers, typeof data === 'string' ? data : JSON.stringify(data))
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  }
}

/** The client would throw for it, as for a mistake of the caller's. */
const NO_TOKEN = 'Keys of a session, STS.…, need their ALIBABA_CLOUD_SECURITY_TOKEN.'

/** The client has no field for the status: it stands in the text (fc2 2.6.6, lib/client.js, request). */
const REFUSED = / failed with (\d{3})\. requestid: (\S+), message: ([\s\S]*)\.$/

function toFailure(error: unknown): Failure {
  const { message = '', code } = error as { message?: string; code?: unknown }
  const [, httpStatus, requestId, said] = REFUSED.exec(message) ?? []
  if (httpStatus === undefined) return toCallFailure(error)
  const told = (text: string | undefined) => (text === 'undefined' ? undefined : text)
  return invocationFailure({
    httpStatus: Number(httpStatus),
    code: typeof code === 'string' ? code : undefined,
    message: told(said),
    apiRequestId: told(requestId),
  })
}
