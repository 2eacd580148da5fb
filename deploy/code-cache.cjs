/**
 * Writes V8's code cache beside the parts of a Lambda bundle that a cold start loads: `node deploy/code-cache.cjs FILE`. It
 * serves the version of V8 that runs this.
 */
const vm = require('node:vm')
const { writeFileSync } = require('node:fs')
const { resolve } = require('node:path')
const { CACHE, seal } = require('./sealed-cache.cjs')

const scripts = new Map()
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    scripts.set(options.filename, { script: this, text })
  }
}

/** The least that the door starts with; nothing is called. */
const SETTINGS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  REQUEST_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/requests',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/dead-letters',
  RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:results',
  ATTACHMENT_POLICY: 'allow-all',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'none',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'none',
}

Object.assign(process.env, SETTINGS)
require(resolve(process.argv[2]))
// Once it has run: then the functions that a start needs are in it.
for (const [file, { script, text }] of scripts) writeFileSync(file + CACHE, seal(text, script.createCachedData()))
