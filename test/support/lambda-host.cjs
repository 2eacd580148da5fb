/** A host for the built Lambda bundle: takes { event, remainingMs } from its parent, answers with what the handler returns. */
const { handler } = require('../../dist/lambda/aws-lambda.cjs')

let serial = 0
process.on('message', async ({ event, remainingMs }) => {
  const end = Date.now() + remainingMs
  try {
    process.send({
      answer: await handler(event, {
        awsRequestId: `invocation-${++serial}`,
        getRemainingTimeInMillis: () => end - Date.now(),
      }),
    })
  } catch (error) {
    process.send({ error: String(error) })
  }
})
process.send({ ready: true })
