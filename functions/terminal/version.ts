/** The version of this package, as its package.json has it. Loaded as built: the path is that of dist/functions/terminal. */
import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

export const VERSION = manifest.version
