/** An instance of Function Compute's Node.js runtime: loads `index.handler` of the code's folder, and calls it as the runtime does. */
const { join } = require('node:path')
const { handler } = require(join(process.argv[2], 'index.js'))

/** A Buffer is returned unchanged, an object as JSON, anything else as text (request handlers, Node.js 18 and 20). */
const toBytes = (value) => {
  if (Buffer.isBuffer(value)) return value
  return Buffer.from(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

process.on('message', async ({ id, event, context }) => {
  try {
    const returned = await handler(Buffer.from(event, 'base64'), context)
    process.send({ id, body: toBytes(returned).toString('base64') })
  } catch (error) {
    process.send({ id, thrown: { errorMessage: error.message, errorType: error.name } })
  }
})
process.send({ ready: true })
