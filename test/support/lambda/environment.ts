/**
 * An execution environment of Lambda: a process that has what Lambda gives it and nothing else, a runtime client in it, and the
 * Runtime API on loopback (Lambda developer guide, "Using the Lambda runtime API").
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'

export interface LambdaFunction {
  /** The unpacked zip. */
  readonly taskRoot: string
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly memoryMb: number
}

export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
}

export type InvocationOutcome =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly error: FunctionError }

export interface LambdaEnvironment {
  readonly child: ChildProcess
  /** Resolves once it asks for its first invocation, or with why it never will. */
  readonly ready: Promise<FunctionError | undefined>
  /** One at a time. Where the time is over, or the process ends, the environment is gone. */
  invoke(event: unknown, requestId: string): Promise<InvocationOutcome>
  readonly alive: () => boolean
  /** What it wrote, both streams. */
  readonly log: () => string
  stop(): void
}

/** Another Node than the one of the tests, where the deployed version is at hand. */
const NODE = process.env.LAMBDA_NODE ?? process.execPath
/** Tests and bench run in the folder of the project. */
const CLIENT = process.env.LAMBDA_RUNTIME_CLIENT ?? resolve('test/support/lambda/runtime-loop.cjs')
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:cen-attach'

export async function startEnvironment(fn: LambdaFunction): Promise<LambdaEnvironment> {
  let alive = true
  let text = ''
  let event: string | undefined
  let next: ServerResponse | undefined
  let requestId = ''
  let settle: (outcome: InvocationOutcome) => void = () => undefined
  let resolveReady: (error: FunctionError | undefined) => void = () => undefined
  const ready = new Promise<FunctionError | undefined>((resolve) => {
    resolveReady = resolve
  })
  const deliverEvent = () => {
    if (next === undefined || event === undefined) return
    next.writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + fn.timeoutMs),
      'Lambda-Runtime-Invoked-Function-Arn': ARN,
    })
    next.end(event)
    next = undefined
    event = undefined
  }
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://runtime')
    const [, , part, id, what] = pathname.split('/').slice(1)
    const body = await read(request)
    if (what === undefined && id === 'next') {
      resolveReady(undefined)
      next = response
      return deliverEvent()
    }
    response.writeHead(202).end('{}')
    if (part === 'init') return resolveReady(JSON.parse(body))
    if (id !== requestId) return
    settle(
      what === 'response' ? { ok: true, answer: JSON.parse(body || 'null') } : { ok: false, error: JSON.parse(body) },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const child = spawn(NODE, [CLIENT], {
    cwd: fn.taskRoot,
    env: { ...surroundings(fn), ...fn.environment, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece) => {
      text += piece
    })
  child.on('exit', () => {
    alive = false
    server.close()
    server.closeAllConnections()
    const error = { errorType: 'Runtime.ExitError', errorMessage: `the process ended: ${text.slice(-2_000)}` }
    resolveReady(error)
    settle({ ok: false, error })
  })
  return {
    child,
    ready,
    alive: () => alive,
    log: () => text,
    stop: () => void child.kill('SIGKILL'),
    invoke: (payload, id) =>
      new Promise<InvocationOutcome>((resolve) => {
        const end = setTimeout(() => {
          const errorMessage = `${id} Task timed out after ${(fn.timeoutMs / 1_000).toFixed(2)} seconds`
          resolve({ ok: false, error: { errorType: 'Sandbox.Timedout', errorMessage } })
          child.kill('SIGKILL')
        }, fn.timeoutMs)
        settle = (outcome) => {
          clearTimeout(end)
          resolve(outcome)
        }
        requestId = id
        event = JSON.stringify(payload)
        deliverEvent()
      }),
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of request) body += piece
  return body
}

/** What Lambda sets (developer guide, "Defined runtime environment variables"). */
const surroundings = ({ taskRoot, handler, memoryMb }: LambdaFunction): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  TZ: ':UTC',
  LANG: 'en_US.UTF-8',
  _HANDLER: handler,
  LAMBDA_TASK_ROOT: taskRoot,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'cen-attach',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/cen-attach',
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
})
