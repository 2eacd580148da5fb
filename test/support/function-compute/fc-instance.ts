/** One instance of the packaged function, in a process and a folder of its own. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Returned {
  readonly body: string
  /** HandledInvocationError if the handler threw, UnhandledInvocationError if its process exited. */
  readonly errorType?: string
}

export interface FunctionInstance {
  invoke(event: Buffer, context: object): Promise<Returned>
  /** The output on either stream. */
  log(): string
  /** Kills the process; the next invocation starts another one. */
  kill(): void
  stop(): void
}

export function createInstance(env: Readonly<Record<string, string>>): FunctionInstance {
  const folder = mkdtempSync(join(tmpdir(), 'fc-code-'))
  cpSync('dist/fc', folder, { recursive: true })
  let child: Promise<ChildProcess> | undefined
  let log = ''
  let count = 0

  const start = async (): Promise<ChildProcess> => {
    const started = fork('test/support/function-compute/fc-runtime.cjs', [folder], { env, silent: true })
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (piece) => {
        log += piece
      })
    started.setMaxListeners(0)
    started.once('exit', () => {
      child = undefined
    })
    await once(started, 'message')
    return started
  }
  const invoke = async (event: Buffer, context: object): Promise<Returned> => {
    child ??= start()
    const process = await child
    const id = ++count
    return new Promise((resolve) => {
      const exited = () => resolve({ body: JSON.stringify({ errorMessage: EXITED }), errorType: UNHANDLED })
      process.once('exit', exited)
      process.on('message', function onReply(reply: { id: number; body?: string; thrown?: object }) {
        if (reply.id !== id) return
        process.off('message', onReply)
        process.off('exit', exited)
        if (reply.thrown) return resolve({ body: JSON.stringify(reply.thrown), errorType: 'HandledInvocationError' })
        resolve({ body: Buffer.from(reply.body ?? '', 'base64').toString('utf8') })
      })
      process.send({ id, event: event.toString('base64'), context })
    })
  }
  const kill = () => void child?.then((process) => process.kill('SIGKILL'))
  return {
    invoke,
    log: () => log,
    kill,
    stop() {
      kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const UNHANDLED = 'UnhandledInvocationError'
const EXITED = 'Process exited unexpectedly before completing request'
