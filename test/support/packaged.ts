/** The template and the zip that `osls package` creates from the build, once for each run. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Packaged {
  readonly template: Template
  /** The path of the function's zip. */
  readonly zip: string
}

export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation resources have too many shapes
  readonly Properties: Record<string, any>
  readonly UpdateReplacePolicy?: string
}

export interface Template {
  readonly Resources: Record<string, Resource>
  readonly Conditions: Record<string, unknown>
  readonly Outputs: Record<string, { readonly Value: unknown }>
}

/** Runs the packager; rejects with its output. */
export async function osls(...args: string[]): Promise<string> {
  const run = promisify(execFile)
  const { stdout } = await run('npx', ['--no-install', 'osls', ...args], { env: { ...process.env, CI: 'true' } })
  return stdout
}

/** The stage of deploy/example.yml. */
export async function packaged(): Promise<Packaged> {
  const folder = process.env.PACKAGED ?? ''
  const done = join(folder, 'done')
  if (isFirst(folder)) await osls('package', '--package', join(folder, 'out')).finally(() => writeFileSync(done, ''))
  while (!existsSync(done)) await new Promise((resolve) => setTimeout(resolve, 50))
  const out = (name: string) => join(folder, 'out', name)
  return {
    template: JSON.parse(readFileSync(out('cloudformation-template-update-stack.json'), 'utf8')),
    zip: out('cen-attach.zip'),
  }
}

/** Only one process can create the folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(join(folder, 'begun'))
    return true
  } catch {
    return false
  }
}
