/** What the hall takes of Node, for the types that the page shares with it; nothing of it is bundled. */
declare module 'node:crypto' {
  export function createHash(algorithm: 'sha256'): { update(text: string): { digest(encoding: 'hex'): string } }
}
