/** Takes out of a text what must reach no log, result or dead letter: signatures, tokens, keys, parameters of URLs. */

const RULES: readonly [pattern: RegExp, put: string][] = [
  // Everything after a question mark of a URL or a path; the SDKs put whole requests into their texts.
  [/((?:https?:\/\/|\b(?:GET|POST|PUT) )[^\s?"']*)\?[^\s"']*/gi, '$1?…'],
  [
    /\b(authorization|x-acs-security-token|x-fc-security-token|x-acs-accesskey-id)("?\s*[:=]\s*"?)[^\s"',;]+(?: Credential=[^\s"']+)?/gi,
    '$1$2…',
  ],
  [
    /\b(\w*(?:Signature|SecurityToken|AccessKeySecret|AccessKeyId|access_key_id|access_key_secret|sts_token|OIDCToken))("?\s*[:=]\s*"?)[^\s"'&,;]+/gi,
    '$1$2…',
  ],
  // The API quotes what it signed when a signature does not match.
  [/(server )?string ?to ?sign[\s\S]*/gi, 'string to sign: …'],
]

export const scrub = (text: string): string =>
  RULES.reduce((clean, [pattern, put]) => clean.replace(pattern, put), text)
