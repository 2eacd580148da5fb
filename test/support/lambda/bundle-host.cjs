/** A host for a built Lambda bundle: takes { event, remainingMs } from its parent, answers with what the handler returns. */
const vm = require('node:vm')
const { basename } = require('node:path')

const caches = []
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    if (options?.cachedData) caches.push({ file: basename(options.filename), used: !this.cachedDataRejected })
  }
}
const { handler } = require(process.argv[2] ?? '../../dist/lambda/aws-lambda.cjs')

let serial = 0
process.on('message', async ({ event, remainingMs }) => {
  const end = Date.now() + remainingMs
  try {
    const context = { awsRequestId: `invocation-${++serial}`, getRemainingTimeInMillis: () => end - Date.now() }
    const before = performance.now()
    const answer = await handler(event, context)
    process.send({ answer, ms: performance.now() - before })
  } catch (error) {
    process.send({ error: String(error) })
  }
})
process.send({ ready: true, caches })
