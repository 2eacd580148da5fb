/** Removes secrets from a text before it reaches a log, result or dead letter: signatures, tokens, keys, query strings. */
import { wellFormed } from './foreign-text.js'

/** Names of secrets, as headers, parameters, settings and JSON fields of both clouds spell them. */
const NAMES = [
  'authorization',
  'x-acs-(?:security-token|accesskey-id)',
  'x-fc-security-token',
  'x-amz-(?:security-token|credential|signature)',
  String.raw`\w*(?:signature|security_?token|session_?token|sts_?token|oidc_?token|secret_?access_?key|access_?key_?secret|access_?key_?id)`,
].join('|')
/** What separates a name from its value: a colon or an equals sign, with quotes, escaped or not. */
const SEPARATOR = String.raw`[\\"']*\s*[:=]\s*[\\"']*`

type Replacement = string | ((found: string) => string)

/** Each pattern consumes all that it has scanned, so that no character is scanned twice: the time is linear. */
const RULES: readonly [pattern: RegExp, replacement: Replacement][] = [
  // When a signature does not match, the API quotes the text that it signed.
  [/(?:canonical string|string[- ]?to[- ]?sign)[\s\S]*/gi, 'string to sign: …'],
  [/(https?:\/\/)[^\s/@"']+@/gi, '$1…@'],
  // The query of a URL or a request line; the SDKs quote whole requests in their error messages.
  [/(?:https?:\/\/|\b(?:GET|POST|PUT) )[^\s"']*/gi, withoutQuery],
  [/\b(authorization[\\"']*\s*[:=])[^\n]*/gi, '$1 …'],
  [/\b(bearer )\S+/gi, '$1…'],
  [new RegExp(`\\b(${NAMES})(${SEPARATOR})[^\\s"'\\\\&,;]+`, 'gi'), '$1$2…'],
]

/** A text without any of these matches no rule; most texts are ids. */
const SUSPECT = /[:=?]|canonical|sign|bearer/i

/** Secrets that this process holds, the latest last; the keys of a session expire after an hour, so old ones are dropped. */
const held = new Set<string>()
const MOST_HELD = 64
/** A shorter value might occur in an unrelated text. */
const LEAST_CHARACTERS = 16

/** From now on `scrub` removes each value from every text, under any name, plain and URL-encoded. */
export function holdSecrets(...values: readonly (string | undefined)[]): void {
  for (const value of values) {
    if (value === undefined || value.length < LEAST_CHARACTERS || held.has(value)) continue
    for (const spelling of new Set([value, encoded(value)])) {
      held.delete(spelling)
      held.add(spelling)
    }
    for (const oldest of held) {
      if (held.size <= MOST_HELD) break
      held.delete(oldest)
    }
  }
}

/** Removes secrets from a text, by name and by value, in time linear in its length. */
export function scrub(text: string): string {
  let clean = text
  for (const secret of held) if (clean.includes(secret)) clean = clean.replaceAll(secret, '…')
  if (!SUSPECT.test(clean)) return clean
  for (const [pattern, replacement] of RULES) clean = clean.replace(pattern, replacement as string)
  return clean
}

function withoutQuery(found: string): string {
  const mark = found.indexOf('?')
  return mark < 0 ? found : `${found.slice(0, mark)}?…`
}

const encoded = (value: string): string => encodeURIComponent(wellFormed(value))
