/**
 * Stands in for the native half of AWS's runtime client, which needs a C++ build: it posts what became of an invocation. All
 * else of the client, from loading the handler to the shape of an error, is AWS's own (docs/decisions/0051-runtime-client.md).
 */
const { Agent, request } = require('node:http')
const Module = require('node:module')

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const agent = new Agent({ keepAlive: true })

const post = (path, body, headers = {}) => {
  const options = { agent, hostname, port, method: 'POST', path: `/2018-06-01/runtime/invocation/${path}` }
  request({ ...options, headers: { 'content-type': 'application/json', ...headers } }, (answer) => answer.resume()).end(
    body,
  )
}
const native = {
  done: (id, body) => post(`${id}/response`, body),
  error: (id, body) => post(`${id}/error`, body, { 'Lambda-Runtime-Function-Error-Type': JSON.parse(body).errorType }),
}

const load = Module._load
Module._load = (name, ...rest) => (name === './rapid-client.node' ? native : load(name, ...rest))
