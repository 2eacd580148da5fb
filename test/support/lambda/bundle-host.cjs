/** Runs the built Lambda bundle: takes { event, remainingMs } from its parent and answers with what the handler returns. */
import('../../../dist/lambda/aws-lambda.mjs').then(({ handler }) => {
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
  process.send({ ready: true })
})
