/** A fake Function Compute on loopback: both APIs with signatures and errors, RAM, faults, and the packaged function. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiError } from '../../../lib/emulator/api-error.js'
import { allows } from '../../../lib/emulator/auth/ram-policy.js'
import { type SignedRequest, verifyV3Signature } from '../../../lib/emulator/auth/signature.js'
import { createFindKeyHolder } from '../../../lib/emulator/http/read-call.js'
import type { Caller, World } from '../../../lib/emulator/world/world.js'
import { createInstance, type FunctionInstance } from './fc-instance.js'
import { verifyFc2Signature } from './fc2-signature.js'

export type FcFault =
  /** An error of the service, before the function runs; it quotes all headers of the request. */
  | { readonly http: number; readonly code: string }
  /** A fault of the answer, after the function has run. */
  | { readonly after: 'crash' | 'timeout' | 'reset' | 'silence' }
  /** A reset, or the answer of a proxy, before the function runs. */
  | { readonly before: 'reset' | 'html' }
  /** Replaces the answer of the function. */
  | { readonly body: string }

export interface Invoked {
  readonly api: 'fc2' | 'fc3'
  readonly action: string
  readonly accessKeyId: string | undefined
  readonly code: string
}

export interface FunctionCompute {
  readonly url: string
  readonly instance: FunctionInstance
  readonly journal: readonly Invoked[]
  /** One for each invocation, in order; more may be added. */
  readonly faults: FcFault[]
  stop(): Promise<void>
}

interface FunctionOptions {
  readonly world: World
  readonly accountId: string
  readonly region: string
  readonly functionName: string
  /** The function's service, for the API of 2.0. */
  readonly service: string
  /** The function's own settings. */
  readonly env: Readonly<Record<string, string>>
  /** Keys of the function's role; undefined without a role. */
  readonly credentials: () => object | undefined
}

const PATHS = {
  fc3: /^\/2023-03-30\/functions\/([^/]+)\/invocations$/,
  fc2: /^\/2016-08-15\/services\/([^/]+)\/functions\/([^/]+)\/invocations$/,
}
const TIMEOUT_SECONDS = 30

export async function startFunctionCompute(options: FunctionOptions): Promise<FunctionCompute> {
  const { world, accountId, region, functionName, service } = options
  const instance = createInstance(options.env)
  const journal: Invoked[] = []
  const faults: FcFault[] = []

  const authorize = (api: Invoked['api'], request: SignedRequest): Caller => {
    const findKeyHolder = createFindKeyHolder(world, Date.now())
    const caller =
      api === 'fc3' ? verifyV3Signature(request, findKeyHolder) : verifyFc2Signature(request, findKeyHolder, Date.now())
    const name = decodeURIComponent(request.pathname.split('/').at(-2) ?? '')
    const inService = api === 'fc3' || decodeURIComponent(request.pathname.split('/')[3] ?? '') === service
    const resource = `${api === 'fc2' ? `services/${service}/` : ''}functions/${name}`
    const arn = `acs:fc:${region}:${accountId}:${resource}`
    if (!(caller.session?.policies ?? []).every((policy) => allows(policy, 'fc:InvokeFunction', arn)))
      throw new ApiError('AccessDenied', { http: 403, message: `the caller is not authorized to perform on ${arn}` })
    if (!inService) throw new ApiError('ServiceNotFound', { http: 404, message: 'service does not exist' })
    if (name !== functionName)
      throw new ApiError('FunctionNotFound', { http: 404, message: `function '${name}' does not exist` })
    return caller
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    const url = new URL(request.url ?? '/', 'http://fc')
    const api = PATHS.fc3.test(url.pathname) ? 'fc3' : 'fc2'
    const { method = '', headers } = request
    const requestId = randomUUID()
    const refuse = (http: number, code: string, text: string) => {
      const reply =
        api === 'fc3' ? { Code: code, Message: text, RequestId: requestId } : { ErrorCode: code, ErrorMessage: text }
      response.writeHead(http, { 'content-type': 'application/json', 'x-fc-request-id': requestId })
      response.end(JSON.stringify(reply))
    }
    const note = (code: string, accessKeyId?: string) =>
      void journal.push({ api, action: actionOf(body), accessKeyId, code })
    if (!PATHS[api].test(url.pathname)) return refuse(404, 'PathNotSupported', url.pathname)
    const signed = { method, pathname: url.pathname, query: [...url.searchParams], headers, body: body.toString() }
    let caller: Caller
    try {
      caller = authorize(api, signed)
    } catch (error) {
      const { code, http, message } = error as ApiError
      note(code)
      return refuse(http, code, message)
    }
    const fault = faults.shift()
    note(fault === undefined ? 'OK' : JSON.stringify(fault), caller.accessKeyId)
    if (fault && 'http' in fault) return refuse(fault.http, fault.code, `by plan ${JSON.stringify(headers)}`)
    if (fault && 'before' in fault) {
      if (fault.before === 'reset') return request.socket.resetAndDestroy() as unknown as undefined
      response.writeHead(503, { 'content-type': 'text/html' })
      return void response.end('<html>Service Unavailable</html>')
    }
    const context = {
      requestId,
      credentials: options.credentials(),
      function: { name: functionName, handler: 'index.handler', memory: 512, timeout: TIMEOUT_SECONDS },
      service: { name: service },
      region,
      accountId,
    }
    const returned = fault && 'body' in fault ? { body: fault.body } : await instance.invoke(body, context)
    const after = fault && 'after' in fault ? fault.after : undefined
    if (after === 'silence') return
    if (after === 'reset') return request.socket.resetAndDestroy() as unknown as undefined
    const broken = after && { body: JSON.stringify({ errorMessage: ENDS[after] }), errorType: UNHANDLED }
    const { body: reply, errorType } = broken ?? returned
    const type = errorType === undefined ? 'application/octet-stream' : 'application/json'
    const error = errorType === undefined ? {} : { 'x-fc-error-type': errorType }
    response.writeHead(200, { 'content-type': type, 'x-fc-request-id': requestId, ...error })
    response.end(reply)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    instance,
    journal,
    faults,
    stop: () =>
      new Promise((resolve) => {
        instance.stop()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const UNHANDLED = 'UnhandledInvocationError'
const ENDS = {
  crash: 'Process exited unexpectedly before completing request (duration: 12ms, maxMemoryUsage: 9.18MB)',
  timeout: `Function timed out after ${TIMEOUT_SECONDS} seconds (maxMemoryUsage: 9.18MB)`,
}

function actionOf(body: Buffer): string {
  try {
    return String(JSON.parse(body.toString()).action)
  } catch {
    return 'unreadable'
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}
