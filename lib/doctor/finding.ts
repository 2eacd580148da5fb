/** What a check found, and the words for a reading that has no value. */
import type { Failure } from '../domain/failure.js'

/** `unknown`: it could not be found out; that is an answer, and no fault. */
export const LEVELS = ['ok', 'warning', 'error', 'unknown'] as const
export type Level = (typeof LEVELS)[number]

export interface Finding {
  readonly level: Level
  /** What was looked at. */
  readonly subject: string
  readonly found: string
  /** The command or the setting that mends it. */
  readonly fix?: string
}

const finding =
  (level: Level) =>
  (subject: string, found: string, fix?: string): Finding => ({ level, subject, found, ...(fix && { fix }) })

export const ok = finding('ok')
export const warning = finding('warning')
export const error = finding('error')
export const unknown = finding('unknown')

/** Codes of AWS and Alibaba for a call that is not allowed, for what does not exist, and of a server that cannot be reached. */
const DENIED =
  /^(?:AccessDenied|AuthorizationError|Unauthorized|NoPermission|Forb+iden|NotAuthorized|.*\.NoPermission$)/i
const MISSING =
  /NonExistent|DoesNotExist|(?<!^InvalidAction\.)NotFound|EntityNotExist|^NoSuch|^ValidationError$|^ENOENT$/i
const UNREACHABLE = /^(?:E[A-Z]{3,}|ConnectionFailed|RequestTimeout|TimeoutError|AbortError|ServiceUnavailable)/
const NO_CREDENTIALS =
  /^(?:CredentialsProviderError|InvalidClientTokenId|UnrecognizedClient|ExpiredToken|SignatureDoesNotMatch)/

type WhyUnread = 'denied' | 'missing' | 'unreachable' | 'credentials' | 'other'

export function whyUnread({ code, kind }: Failure): WhyUnread {
  if (kind === 'credentials' || NO_CREDENTIALS.test(code)) return 'credentials'
  if (kind === 'unauthorized' || DENIED.test(code)) return 'denied'
  if (kind === 'absent' || MISSING.test(code)) return 'missing'
  return UNREACHABLE.test(code) ? 'unreachable' : 'other'
}

type Fixes = Readonly<Partial<Record<WhyUnread, string>>>

/** The code, with the message if that is another text. */
export const codeAndMessage = ({ code, message }: Failure): string => (code === message ? code : `${code}: ${message}`)

const FOUND: Readonly<Record<WhyUnread, (failure: Failure) => string>> = {
  denied: ({ code }) => `not known: this identity may not read it (${code})`,
  missing: ({ code }) => `does not exist (${code})`,
  unreachable: (failure) => `cannot be reached (${codeAndMessage(failure)})`,
  credentials: ({ code }) => `not known: the credentials are refused (${code})`,
  other: (failure) => `not known: ${codeAndMessage(failure)}`,
}

/** What does not exist or cannot be reached is an error; what may not be read is not known. */
export function unread(subject: string, failure: Failure, fixes: Fixes = {}): Finding {
  const why = whyUnread(failure)
  const level = why === 'missing' || why === 'unreachable' ? error : unknown
  return level(subject, FOUND[why](failure), fixes[why])
}
