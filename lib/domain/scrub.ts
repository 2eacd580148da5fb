/** Takes out of a text what must reach no log, result or dead letter: signatures, tokens, keys, parameters of URLs. */

import { wellFormed } from './foreign-text.js'

/** Names whose value is a secret, as headers, parameters, settings and JSON fields of both clouds spell them. */
const NAMES = [
  'authorization',
  'x-acs-(?:security-token|accesskey-id)',
  'x-fc-security-token',
  'x-amz-(?:security-token|credential|signature)',
  String.raw`\w*(?:signature|security_?token|session_?token|sts_?token|oidc_?token|secret_?access_?key|access_?key_?secret|access_?key_?id)`,
].join('|')
/** Between a name and its value: a colon or an equals sign, and quotes, escaped ones too. */
const JOINT = String.raw`[\\"']*\s*[:=]\s*[\\"']*`

type Put = string | ((found: string) => string)

/** Each pattern takes what it has looked at, so that no character is looked at again from a later start: time is linear. */
const RULES: readonly [pattern: RegExp, put: Put][] = [
  // The API quotes what it signed when a signature does not match.
  [/(?:canonical string|string[- ]?to[- ]?sign)[\s\S]*/gi, 'string to sign: …'],
  [/(https?:\/\/)[^\s/@"']+@/gi, '$1…@'],
  // Everything after the question mark of a URL or a request line; the SDKs put whole requests into their texts.
  [/(?:https?:\/\/|\b(?:GET|POST|PUT) )[^\s"']*/gi, withoutQuery],
  [/\b(authorization[\\"']*\s*[:=])[^\n]*/gi, '$1 …'],
  [/\b(bearer )\S+/gi, '$1…'],
  [new RegExp(`\\b(${NAMES})(${JOINT})[^\\s"'\\\\&,;]+`, 'gi'), '$1$2…'],
]

/** What every rule needs; most texts are ids and have none of it. */
const SUSPECT = /[:=?]|canonical|sign|bearer/i

/** Secrets that this process holds, the latest last; a session's keys are superseded, and are of no use to anybody after an hour. */
const held = new Set<string>()
const MOST_HELD = 64
/** A shorter value would be found in texts that have nothing to do with it. */
const LEAST_CHARACTERS = 16

/** From now on each value is taken out of every text, whatever name stands before it, as it is and as a URL has it. */
export function holdSecrets(...values: readonly (string | undefined)[]): void {
  for (const value of values) {
    if (value === undefined || value.length < LEAST_CHARACTERS || held.has(value)) continue
    for (const spelt of new Set([value, encoded(value)])) {
      held.delete(spelt)
      held.add(spelt)
    }
    for (const oldest of held) {
      if (held.size <= MOST_HELD) break
      held.delete(oldest)
    }
  }
}

/** Takes secrets out of a text, by name and by value. Takes time in proportion to the text's length. */
export function scrub(text: string): string {
  let clean = text
  for (const secret of held) if (clean.includes(secret)) clean = clean.replaceAll(secret, '…')
  if (!SUSPECT.test(clean)) return clean
  for (const [pattern, put] of RULES) clean = clean.replace(pattern, put as string)
  return clean
}

function withoutQuery(found: string): string {
  const mark = found.indexOf('?')
  return mark < 0 ? found : `${found.slice(0, mark)}?…`
}

const encoded = (value: string): string => encodeURIComponent(wellFormed(value))
