/** The part of Node that the core's types use, for the page's type check; nothing of it is bundled. */
declare module 'node:crypto' {
  export function createHash(algorithm: 'sha256'): { update(text: string): { digest(encoding: 'hex'): string } }
}
