/** Takes out of a text what must reach no log, result or dead letter: signatures, tokens, keys, parameters of URLs. */

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

const RULES: readonly [pattern: RegExp, put: string][] = [
  // The API quotes what it signed when a signature does not match.
  [/(?:canonical string|string[- ]?to[- ]?sign)[\s\S]*/gi, 'string to sign: …'],
  [/(https?:\/\/)[^\s/@"']+@/gi, '$1…@'],
  // Everything after the question mark of a URL or a request line; the SDKs put whole requests into their texts.
  [/((?:https?:\/\/|\b(?:GET|POST|PUT) )[^\s?"']*)\?[^\s"']*/gi, '$1?…'],
  [/\b(authorization[\\"']*\s*[:=])[^\n]*/gi, '$1 …'],
  [/\b(bearer )\S+/gi, '$1…'],
  [new RegExp(`\\b(${NAMES})(${JOINT})[^\\s"'\\\\&,;]+`, 'gi'), '$1$2…'],
]

/** What every rule needs; most texts are ids and have none of it. */
const SUSPECT = /[:=?]|canonical|sign|bearer/i

export const scrub = (text: string): string =>
  !SUSPECT.test(text) ? text : RULES.reduce((clean, [pattern, put]) => clean.replace(pattern, put), text)
