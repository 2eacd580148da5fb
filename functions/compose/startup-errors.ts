/** Errors at the start of a worker. */

/** Errors of sockets and SDKs if a server is down or cannot be found; it may answer later. */
const UNREACHABLE = /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|Timeout/

export const isUnreachable = (name: string | undefined, message: string): boolean =>
  UNREACHABLE.test(`${name} ${message}`)

/** A valid setting that cannot be used: what it names does not exist, or is taken. */
export class UnusableSetting extends Error {
  constructor(setting: string, cause: unknown) {
    super(`${setting} cannot be used: ${(cause as Error).message}`, { cause })
  }
}

/** Several unusable settings, a sentence for each. */
export class UnusableSettings extends Error {
  constructor(readonly sentences: readonly string[]) {
    super(sentences.join('; '))
  }
}
