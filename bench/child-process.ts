/** A bench program in a child process, with requests and answers as messages. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Child {
  /** Sends a request and resolves to the answer. Rejects if the program exits instead. */
  ask<T>(question: object): Promise<T>
  readonly process: ChildProcess
  stop(): void
}

interface ChildOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Options of Node itself. */
  readonly execArgv?: readonly string[]
  /** True: discard the program's standard error. */
  readonly ignoreOutput?: boolean
}

/** Starts `dist/bench/NAME.js`. Resolves to the child and its first message. */
export async function startChild<T>(name: string, options: ChildOptions = {}): Promise<[Child, T]> {
  const { args = [], env = {}, execArgv = [], ignoreOutput = false } = options
  const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url))
  const child = fork(program, args, {
    env: { ...process.env, ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', ignoreOutput ? 'ignore' : 'inherit', 'ipc'],
  })
  const answer = async () => {
    const finished = new AbortController()
    const ended = once(child, 'exit', { signal: finished.signal }).then(([code]) => {
      throw new Error(`${name} ${args.join(' ')} ended with ${code}`)
    })
    ended.catch(() => undefined)
    const [message] = await Promise.race([once(child, 'message', { signal: finished.signal }), ended])
    finished.abort()
    return message as T
  }
  const first = await answer()
  const ask = <A>(question: object): Promise<A> => {
    child.send(question)
    return answer() as unknown as Promise<A>
  }
  return [{ ask, process: child, stop: () => void child.kill('SIGKILL') }, first]
}
