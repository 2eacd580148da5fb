/** The answer to a reading at AWS: its value, or the failure with the service's own code. */
import { type Answer, answered, failureOf } from '../../domain/failure.js'

interface Thrown {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Never rejects. The code is the error's name, or the code of Node for a connection that failed. */
export async function answerOf<T>(read: () => Promise<T>): Promise<Answer<T>> {
  try {
    return answered(await read())
  } catch (error) {
    const { name = 'Error', code, message, $metadata } = error as Thrown
    const httpStatus = $metadata?.httpStatusCode
    const named = /^(?:Error|AggregateError|TypeError)$/.test(name) ? (code ?? name) : name
    return {
      ok: false,
      failure: failureOf({ code: named, message: message || named, ...(httpStatus !== undefined && { httpStatus }) }),
    }
  }
}
