/** Carries out a Dockerfile on this machine, in folders instead of images; base images are taken as empty. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, normalize } from 'node:path'

interface Instruction {
  readonly name: string
  /** Without the name, on one line. */
  readonly text: string
}

/** The image of the last stage. */
export interface Image {
  /** The working directory, as a folder of this machine. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** What the last instruction of this name has: `USER`, `ENTRYPOINT` … */
  last(name: string): string
  remove(): void
}

interface Stage {
  readonly root: string
  workdir: string
  readonly env: Record<string, string>
  readonly instructions: readonly Instruction[]
}

/** Carries out a `RUN` in a cheaper way that leads to the same files. */
export type Shortcuts = Readonly<Record<string, (folder: string) => void>>

export function readDockerfile(text: string): Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .join('\n')
    .replace(/\s*\\\n\s*/g, ' ')
  return lines.split('\n').map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? []
    if (name === '') throw new Error(`not an instruction: ${line}`)
    return { name, text: rest }
  })
}

/** Whether .dockerignore leaves a path in the build context: the last pattern that matches it or a folder of it counts. */
export function readDockerignore(text: string): (path: string) => boolean {
  const patterns = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const rules = patterns.map((pattern) => {
    const [, negated, glob = ''] = /^(!?)(.+)$/.exec(pattern) ?? []
    const source = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')
    return { keep: negated === '!', matches: new RegExp(`^${source}(?:/|$)`) }
  })
  return (path) => rules.findLast(({ matches }) => matches.test(path))?.keep ?? true
}

/** Builds what `docker build .` would, as far as these instructions go; any other one is an error. */
export function buildImage(shortcuts: Shortcuts): Image {
  const inContext = readDockerignore(readFileSync('.dockerignore', 'utf8'))
  const top = mkdtempSync(join(tmpdir(), 'cen-attach-image-'))
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined

  const from = (text: string, instructions: readonly Instruction[]) => {
    const [base = '', , name = 'final'] = text.split(' ')
    const root = join(top, name)
    const parent = stages.get(base)
    if (parent) cpSync(parent.root, root, { recursive: true })
    else mkdirSync(root)
    stage = { root, workdir: parent?.workdir ?? '/', env: { ...parent?.env }, instructions }
    stages.set(name, stage)
  }
  const steps: Readonly<Record<string, (stage: Stage, text: string) => void>> = {
    WORKDIR: (here, text) => {
      here.workdir = text
      mkdirSync(join(here.root, text), { recursive: true })
    },
    ENV: (here, text) => {
      for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(\S*)/g)) here.env[name] = value
    },
    RUN: (here, text) => {
      const folder = join(here.root, here.workdir)
      const env = { ...process.env, ...here.env, npm_config_prefer_offline: 'true', npm_config_audit: 'false' }
      const shortcut = shortcuts[text]
      if (shortcut) shortcut(folder)
      else execFileSync('sh', ['-ec', text], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] })
    },
    COPY: (here, text) => {
      const words = text.split(' ')
      const other = words[0]?.startsWith('--from=')
        ? stages.get(words.shift()?.slice('--from='.length) ?? '')
        : undefined
      const target = words.pop() ?? ''
      for (const source of words) {
        const path = normalize(other ? join(other.root, source) : source)
        const to = join(here.root, here.workdir, target, statSync(path).isDirectory() ? '' : basename(path))
        if (!other && !hasFiles(path, inContext)) throw new Error(`${path} is not in the build context`)
        mkdirSync(dirname(to), { recursive: true })
        // Nothing reads a stage after its files were copied from it.
        if (other) renameSync(path, to)
        else cpSync(path, to, { recursive: true, filter: (file) => hasFiles(file, inContext) })
      }
    },
  }
  const instructions = readDockerfile(readFileSync('Dockerfile', 'utf8'))
  for (const { name, text } of instructions) {
    if (name === 'FROM') from(text, instructions)
    else if (steps[name] && stage) steps[name](stage, text)
    else if (!CONFIGURATION.includes(name)) throw new Error(`${name} is not carried out here`)
  }
  const final = stage as Stage | undefined
  if (!final) throw new Error('the Dockerfile has no stage')
  return {
    folder: join(final.root, final.workdir),
    env: final.env,
    last: (name) => instructions.findLast((one) => one.name === name)?.text ?? '',
    remove: () => rmSync(top, { recursive: true }),
  }
}

/** Instructions that only describe the image. */
const CONFIGURATION = ['USER', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD']

/** A folder is copied if one of its files is in the context. */
const hasFiles = (path: string, inContext: (path: string) => boolean): boolean =>
  statSync(path).isDirectory()
    ? readdirSync(path).some((name) => hasFiles(join(path, name), inContext))
    : inContext(path)

/** The exec form of an instruction, which needs no shell. */
export function execForm(text: string): string[] {
  const words = JSON.parse(text.slice(text.indexOf('['))) as unknown
  if (!Array.isArray(words) || words.some((word) => typeof word !== 'string')) throw new Error(`no exec form: ${text}`)
  return words
}
