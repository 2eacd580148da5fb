/** How the errors of sockets and SDKs look where a server is down or cannot be found: it may answer later. */
const UNREACHABLE = /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|Timeout/

export const isUnreachable = (name: string | undefined, message: string): boolean =>
  UNREACHABLE.test(`${name} ${message}`)

/** A setting that is well formed and cannot be used: nothing is there, or it is taken. */
export class UnusableSetting extends Error {
  constructor(setting: string, cause: unknown) {
    super(`${setting} cannot be used: ${(cause as Error).message}`, { cause })
  }
}

/** Several of them, a sentence for each. */
export class UnusableSettings extends Error {
  constructor(readonly sentences: readonly string[]) {
    super(sentences.join('; '))
  }
}
