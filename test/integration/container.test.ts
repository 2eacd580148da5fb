/** The image and the compose file, carried out without Docker: each command runs as it stands there. */
import { readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../support/cloud.js'
import {
  becomesHealthy,
  checkHealth,
  readCompose,
  runInContainer,
  type Service,
  startContainer,
} from '../support/container/containers.js'
import { buildImage, execForm, type Image, readDockerignore } from '../support/container/dockerfile.js'
import type { Running } from '../support/process.js'
import { request } from '../support/sim/sim.js'

const text = (path: string) => readFileSync(path, 'utf8')
const services = readCompose(text('compose.yaml'))
const service = (name: string): Service => services[name] ?? {}

let image: Image
let cloud: TestCloud | undefined
const running: Running[] = []
const start = (one: Service): Running => {
  const started = startContainer(image, one)
  running.push(started)
  return started
}
const stop = (one: Running) => {
  one.child.kill('SIGTERM')
  return one.ended
}
const filesOf = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

/** The ports are those of the files: another run on this machine may still have them. */
async function isFree(port: number): Promise<void> {
  const free = () =>
    new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
  for (const until = Date.now() + 60_000; !(await free()); await new Promise((resolve) => setTimeout(resolve, 500)))
    if (Date.now() > until) throw new Error(`port ${port} of compose.yaml is in use on this machine`)
}

beforeAll(() => {
  // The first command of the README has installed the same lockfile here.
  image = buildImage({ 'npm ci': (folder) => symlinkSync(resolve('node_modules'), join(folder, 'node_modules')) })
}, 300_000)
afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL')
  await cloud?.stop()
  cloud = undefined
})
afterAll(() => image?.remove())

describe('the image', () => {
  it('has the files of the npm package and its production dependencies, and nothing else', () => {
    const { files, dependencies, devDependencies } = JSON.parse(text('package.json'))
    const inPackage = files.filter((path: string) => path !== 'dist/types' && !path.endsWith('.md'))
    const inImage = readdirSync(image.folder).flatMap((name) =>
      name === 'dist' ? readdirSync(join(image.folder, name)).map((inner) => `dist/${inner}`) : [name],
    )
    expect(inImage.sort()).toEqual([...inPackage, 'LICENSE', 'node_modules', 'package.json'].sort())
    const installed = filesOf(join(image.folder, 'node_modules')).filter((name) => name.endsWith('package.json'))
    const has = (name: string) => installed.includes(join(name, 'package.json'))
    expect(Object.keys(dependencies).filter((name) => !has(name))).toEqual([])
    const { packages } = JSON.parse(text('package-lock.json'))
    const isOnlyForDevelopment = (name: string) => packages[`node_modules/${name}`]?.dev === true
    expect(Object.keys(devDependencies).filter(isOnlyForDevelopment).filter(has)).toEqual([])
  })

  it('leaves the files of stages, keys and everything else of a checkout out of the build', () => {
    const inContext = readDockerignore(text('.dockerignore'))
    for (const path of ['deploy/prod.env', 'deploy/prod.yml', 'deploy/prod.policy.json', '.git/config', 'worker.env'])
      expect(inContext(path), path).toBe(false)
    for (const path of ['node_modules/valibot/package.json', 'dist/lib/events.js', 'test/ci.test.ts'])
      expect(inContext(path), path).toBe(false)
    for (const path of ['deploy/deploy.ts', 'lib/events.ts', 'package.json', '.npmrc'])
      expect(inContext(path), path).toBe(true)
  })

  it('runs as a user who is not root, by number, and starts without a shell', () => {
    expect(image.last('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    for (const name of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'])
      expect(execForm(image.last(name)).join(' ')).not.toMatch(/\bsh\b/)
    expect(execForm(image.last('ENTRYPOINT'))[0]).toBe('node')
    expect(image.last('EXPOSE')).toBe(image.env.METRICS_PORT)
  })

  it('starts the worker, which becomes healthy, works, and ends with 0 by SIGTERM; it writes no file', async () => {
    cloud = await startCloud({ limits: { attachMs: 300 } })
    await isFree(9464)
    const before = filesOf(image.folder)
    const worker = start({ environment: cloud.env })
    await becomesHealthy(image, { environment: cloud.env })
    await cloud.send(request())
    const [result] = await cloud.results(1)
    expect(result?.data.outcome).toBe('attached')
    expect(await stop(worker)).toBe(0)
    expect(await checkHealth(image, { environment: cloud.env })).toBe(1)
    expect(filesOf(image.folder)).toEqual(before)
  })

  it('prints every fault of its settings and ends with 2', async () => {
    const worker = start({})
    expect(await worker.ended).toBe(2)
    for (const setting of ['REQUEST_QUEUE_URL', 'ATTACHMENT_POLICY']) expect(worker.err()).toContain(setting)
  })

  it('has all other commands', async () => {
    const help = start({ command: ['--help'] })
    expect(await help.ended).toBe(0)
    expect(help.out()).toContain('Usage: cen-attach')
  })
})

describe('docker compose up', () => {
  it('shows nothing to the network, and writes to no disk', () => {
    const { cloud: _, ...others } = services
    expect(Object.keys(services)).toEqual(['cloud', 'worker', 'campaign'])
    for (const { network_mode } of Object.values(others)) expect(network_mode).toBe('service:cloud')
    for (const { read_only, ports = [] } of Object.values(services)) {
      expect(read_only).toBe(true)
      expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    }
    expect(service('cloud').ports).toEqual([`127.0.0.1:${image.env.METRICS_PORT}:${image.env.METRICS_PORT}`])
  })

  it('starts each service when those before it are healthy, and shows what became of 69 requests', async () => {
    for (const port of [4566, 8080, 9464]) await isFree(port)
    const started = new Map<string, Running>()
    for (const [name, one] of Object.entries(services)) {
      for (const [before, { condition }] of Object.entries(one.depends_on ?? {})) {
        expect(condition, `${name} after ${before}`).toBe('service_healthy')
        expect([...started.keys()]).toContain(before)
        await becomesHealthy(image, service(before))
      }
      started.set(name, start(one))
    }
    const campaign = started.get('campaign') as Running
    expect(await campaign.ended).toBe(1)
    // The owner of line 2 grants eight seconds after the start, before or after the last other outcome.
    expect(campaign.out()).toMatch(/^69 rows: (?:58 attached, 9 failed, 2|57 attached, 9 failed, 3) grant-required/m)

    const printed = [...(started.get('cloud')?.out() ?? '').matchAll(/^export (\w+)=(.*)$/gm)]
    expect(service('worker').environment).toEqual(Object.fromEntries(printed.map(([, name, value]) => [name, value])))

    const commands = [...text('docs/container.md').matchAll(/^docker compose exec (\w+) (.+)$/gm)]
    expect(commands).toHaveLength(2)
    const [doctor, deadLetters] = await Promise.all(
      commands.map(async ([, name = '', command = '']) => {
        const one = runInContainer(image, service(name), command.split(' '))
        return { code: await one.ended, out: one.out() }
      }),
    )
    expect(doctor).toMatchObject({ code: 0, out: expect.stringMatching(/, \d+ ok$/m) })
    expect(deadLetters).toMatchObject({ code: 0, out: expect.stringContaining('PolicyDenied') })

    expect(await stop(started.get('worker') as Running)).toBe(0)
    expect(await stop(started.get('cloud') as Running)).toBe(0)
  }, 120_000)
})
