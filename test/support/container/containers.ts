/** Runs commands of an image as processes on this machine: with the image's files and environment only. */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { follow, type Running } from '../process.js'
import { execForm, type Image } from './dockerfile.js'

export interface Service {
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly network_mode?: string
  readonly ports?: readonly string[]
  readonly tmpfs?: string
  readonly read_only?: boolean
  readonly stop_grace_period?: string
}

export const readCompose = (text: string): Readonly<Record<string, Service>> => parse(text, { merge: true }).services

/** In the image `node` is the only program of its PATH. */
function run(image: Image, [program, ...args]: readonly string[], env: Service['environment'] = {}): Running {
  if (program !== 'node') throw new Error(`${program} is not in the image`)
  return follow(spawn(process.execPath, args, { cwd: image.folder, env: { ...image.env, ...env } }))
}

/** A container of the image; a `tmpfs` is a new folder. */
export function startContainer(image: Image, { command, environment, tmpfs }: Service): Running {
  const words = command ?? execForm(image.last('CMD'))
  const mounted = Object.entries(environment ?? {}).map(([name, value]) => [
    name,
    value === tmpfs ? mkdtempSync(join(tmpdir(), 'cen-attach-tmpfs-')) : value,
  ])
  return run(image, [...execForm(image.last('ENTRYPOINT')), ...words], Object.fromEntries(mounted))
}

/** Runs another command in the container of a service, as `docker compose exec` does. */
export const runInContainer = (image: Image, { environment }: Service, command: readonly string[]): Running =>
  run(image, command, environment)

/** The exit code of the health check: that of the service, or else of the image. */
export function checkHealth(image: Image, { environment, healthcheck }: Service): Promise<number | null> {
  const [form, ...words] = healthcheck?.test ?? ['CMD', ...execForm(image.last('HEALTHCHECK'))]
  if (form !== 'CMD') throw new Error(`${form} needs a shell, which the image has not`)
  return run(image, words, environment).ended
}

/** Resolves once the health check succeeds. */
export async function becomesHealthy(image: Image, service: Service, withinMs = 30_000): Promise<void> {
  for (const until = Date.now() + withinMs; (await checkHealth(image, service)) !== 0; )
    if (Date.now() > until) throw new Error('it did not become healthy in time')
}
