/**
 * Loaded before the worker: counts its I/O points (before a request is sent, after its answer
 * has come), writes each to TRACE, and kills the process at the one that CRASH_AT names.
 */
import { appendFileSync } from 'node:fs'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'

const crashAt = Number(process.env.CRASH_AT ?? 0)
let point = 0

function reach(what) {
  point += 1
  appendFileSync(process.env.TRACE, `${what}\n`)
  if (point === crashAt) {
    appendFileSync(process.env.TRACE, 'crash\n')
    process.kill(process.pid, 'SIGKILL')
  }
}

const { request } = http
http.request = (...args) => {
  const headers = args.find((arg) => arg?.headers)?.headers ?? {}
  const named = (name) => headers[name] ?? headers[name.toLowerCase()]
  const target = named('x-amz-target')?.split('.')[1] ?? named('x-acs-action') ?? 'PublishBatch'
  reach(`before ${target}`)
  const sent = request(...args)
  sent.prependListener('response', () => reach(`after ${target}`))
  return sent
}
syncBuiltinESMExports()
