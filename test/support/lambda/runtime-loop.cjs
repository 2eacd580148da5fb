/**
 * A runtime client: loads the handler, then fetches invocations and posts what became of each (Lambda developer guide, "Using the
 * Lambda runtime API"). `npm run test:lambda-runtime` runs the same tests with AWS's own client in its place.
 */
const { existsSync } = require('node:fs')
const { Agent, request } = require('node:http')
const { basename, dirname, join } = require('node:path')
const { pathToFileURL } = require('node:url')

const { env } = process
const API = '2018-06-01/runtime'
// No timeout: the next invocation may be hours away.
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** One call of the Runtime API; resolves with headers and body, rejects for any status but success. */
const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const [hostname, port] = env.AWS_LAMBDA_RUNTIME_API.split(':')
    const options = { agent, hostname, port, method, path: `/${API}/${path}` }
    const sent = request({ ...options, headers: { 'content-type': 'application/json', ...headers } }, (answer) => {
      const pieces = []
      answer.on('data', (piece) => pieces.push(piece))
      answer.on('error', reject)
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString()
        if (answer.statusCode < 300) resolve({ headers: answer.headers, text })
        else reject(new Error(`the Runtime API answered ${answer.statusCode}: ${text}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })

const postError = (path, thrown) => {
  const isError = thrown instanceof Error
  const errorType = isError ? thrown.name : typeof thrown
  const errorMessage = isError ? thrown.message : String(thrown)
  const trace = isError ? (thrown.stack ?? '').split('\n') : []
  console.error(JSON.stringify({ errorType, errorMessage, stack: trace }))
  return call('POST', path, JSON.stringify({ errorType, errorMessage, trace }), {
    'Lambda-Runtime-Function-Error-Type': errorType,
  })
}

const named = (name, message) => Object.assign(new Error(message), { name })

/** `folder/file.name`: the export `name` of file.js, file.mjs or file.cjs in the task's folder. */
async function loadHandler() {
  const file = basename(env._HANDLER)
  const [stem, name] = [file.slice(0, file.indexOf('.')), file.slice(file.indexOf('.') + 1)]
  const path = join(env.LAMBDA_TASK_ROOT, dirname(env._HANDLER), stem)
  const found = ['.js', '.mjs', '.cjs'].map((end) => path + end).find(existsSync)
  if (found === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${stem}'`)
  const handler = (found.endsWith('.mjs') ? await import(pathToFileURL(found)) : require(found))[name]
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`)
  return handler
}

const contextOf = (headers) => {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms'])
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  }
}

async function main() {
  let handler
  try {
    handler = await loadHandler()
  } catch (error) {
    await postError('init/error', error)
    process.exit(1)
  }
  for (;;) {
    const { headers, text } = await call('GET', 'invocation/next')
    const id = headers['lambda-runtime-aws-request-id']
    env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? ''
    try {
      const answer = JSON.stringify(await handler(JSON.parse(text), contextOf(headers))) ?? 'null'
      await call('POST', `invocation/${id}/response`, answer)
    } catch (error) {
      await postError(`invocation/${id}/error`, error)
    }
  }
}

main()
