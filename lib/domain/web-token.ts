/** JSON Web Tokens. */
import { parseJson } from './record.js'

/** The claims of a token, unverified; undefined if it has none. */
export const tokenClaims = (token: string): unknown =>
  parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
