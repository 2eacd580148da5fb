/**
 * Writes V8's code cache beside the parts of a Lambda bundle: `node deploy/code-cache.cjs FILE`. It serves the version of V8
 * that runs this. The bundle is loaded and handles two messages first, so that what these compile is in the cache.
 */
const vm = require('node:vm')
const { writeFileSync } = require('node:fs')
const { createServer } = require('node:http')
const { resolve } = require('node:path')
const { CACHE, seal } = require('./sealed-cache.cjs')

const scripts = new Map()
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    scripts.set(options.filename, { script: this, text })
  }
}

/** Both clouds, as far as a warm-up needs them: everything is accepted. */
const cloud = createServer((request, response) => {
  const isSns = !request.headers['x-acs-action'] && !request.headers['x-amz-target']
  request.resume().on('end', () => response.end(isSns ? PUBLISHED : ACCEPTED))
})
const ACCEPTED = JSON.stringify({
  RequestId: 'warm-up',
  // The client of SQS checks it: the MD5 of `{}`, the one body that is sent.
  Successful: [{ Id: '0', MD5OfMessageBody: '99914b932bd37a50b983c5e7c90ae93b' }],
  Failed: [],
  Attributes: {},
})
const PUBLISHED =
  '<PublishBatchResponse><PublishBatchResult><Successful><member><Id>0</Id></member></Successful></PublishBatchResult></PublishBatchResponse>'

const settings = (url) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'warm-up',
  AWS_SECRET_ACCESS_KEY: 'warm-up',
  REQUEST_QUEUE_URL: `${url}/000000000000/requests`,
  DEAD_LETTER_QUEUE_URL: `${url}/000000000000/dead-letters`,
  RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:results',
  ATTACHMENT_POLICY: 'allow-all',
  CBN_ENDPOINT: url,
  STS_ENDPOINT: url,
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'warm-up',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'warm-up',
  LOG_LEVEL: 'error',
})

const record = (messageId, body) => ({
  messageId,
  receiptHandle: messageId,
  body: JSON.stringify(body),
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()), SenderId: 'warm-up' },
  messageAttributes: {},
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:requests',
})
const REQUEST = { cenId: 'cen-warm-up', childInstanceId: 'vpc-warm-up', childInstanceRegionId: 'cn-hangzhou' }

cloud.listen(0, '127.0.0.1', async () => {
  Object.assign(process.env, settings(`http://127.0.0.1:${cloud.address().port}`))
  const { handler } = require(resolve(process.argv[2]))
  const context = { getRemainingTimeInMillis: () => 10_000 }
  const { batchItemFailures } = await handler({ Records: [record('a', REQUEST), record('b', {})] }, context)
  // The request waits for its attachment; the other one is refused, published and dead-lettered.
  if (batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).join() !== 'a')
    throw new Error(`the warm-up did not go as it should: ${JSON.stringify(batchItemFailures)}`)
  for (const [file, { script, text }] of scripts) writeFileSync(file + CACHE, seal(text, script.createCachedData()))
  process.exit()
})
