/** Keys from a secret: read on demand, and again if Alibaba refuses them. */
import * as v from 'valibot'
import type { AlibabaKeys } from '../../config/alibaba.js'
import { failureOf } from '../../domain/failure.js'
import { loadOnce } from '../../domain/kept.js'
import { withoutEmpty } from '../../domain/record.js'
import type { KeySource } from './key-source.js'

const text = v.pipe(v.string(), v.minLength(1))
/** The names of the RAM console, in camel case: `{ "accessKeyId": "…", "accessKeySecret": "…" }`. */
const Secret = v.object({ accessKeyId: text, accessKeySecret: text, securityToken: v.optional(text) })

/** Its `keys` reject if the secret cannot be read or has no keys; no part of its text is reported. */
export function createSecretKeys(read: () => Promise<string>): KeySource {
  const keys = loadOnce(async (): Promise<AlibabaKeys> => {
    let secret: string
    try {
      secret = await read()
    } catch (error) {
      throw unavailable(`It cannot be read (${(error as Error).name}).`)
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Secret), secret)
    if (!parsed.success) throw unavailable('It is no JSON object with accessKeyId and accessKeySecret.')
    return withoutEmpty(parsed.output) as AlibabaKeys
  })
  return {
    keys: keys.get,
    renew() {
      keys.forget()
      return true
    },
  }
}

const unavailable = (why: string) =>
  failureOf({
    code: 'CredentialsSecretUnavailable',
    advice: `${why} The secret is that of ALIBABA_CLOUD_CREDENTIALS_SECRET.`,
  })
