/** The AsyncAPI document of queue and topic: right by AsyncAPI's own schema, and the same as code, schemas and template say. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { DEAD_LETTER_ATTRIBUTES } from '../../lib/domain/messages/dead-letter.js'
import { RESULT_TYPES, resultAttributes } from '../../lib/domain/messages/result.js'
import { packaged, STAGE } from '../support/packaged.js'

const text = readFileSync('events/asyncapi.yml', 'utf8')
const document = parse(text)
const { messages, schemas } = document.components

// The document's schema brings the meta schema along.
const ajv = new Ajv({ meta: false, strict: false, allErrors: true, validateFormats: false })
addFormats.default(ajv)
const require = createRequire(import.meta.url)
const isAsyncApi = ajv.compile(require('@asyncapi/specs/schemas/3.0.0.json'))
const faults = (value: unknown) => (isAsyncApi(value) ? [] : (isAsyncApi.errors ?? []))

describe('events/asyncapi.yml', () => {
  it('is an AsyncAPI 3.0 document', () => {
    expect(faults(document)).toEqual([])
    expect(faults({ ...document, operations: { receiveRequest: { action: 'listen' } } })).not.toEqual([])
  })

  it('refers to what is there', () => {
    const refs = [...text.matchAll(/\$ref: ["']?([^\s"'}]+)/g)].map(([, ref = '']) => ref)
    expect(refs.length).toBeGreaterThan(20)
    const inside = (ref: string) =>
      ref
        .slice(2)
        .split('/')
        .reduce((at, key) => at?.[key], document)
    const lost = refs.filter((ref) => (ref.startsWith('#') ? !inside(ref) : !existsSync(join('events', ref))))
    expect(lost).toEqual([])
  })

  it('has a message for every type of result', () => {
    const named = Object.keys(document.channels.results.messages).map((name) => messages[name].name)
    expect(named.sort()).toEqual(Object.values(RESULT_TYPES).sort())
  })

  it('names the attributes that the code sets, no more and no less', () => {
    expect(Object.keys(schemas.letterAttributes.properties).sort()).toEqual([...DEAD_LETTER_ATTRIBUTES].sort())
    const failed = JSON.parse(readFileSync('events/examples/result.failed.json', 'utf8'))
    failed.data.campaignId = 'wave-1'
    failed.data.attachment.childInstanceOwnerId = '1688000000000002'
    expect(Object.keys(resultAttributes(failed)).sort()).toEqual(
      Object.keys(schemas.resultAttributes.properties).sort(),
    )
    expect(schemas.resultAttributes.properties.outcome.enum).toEqual(Object.keys(RESULT_TYPES))
  })

  it('says of the queues what the template makes of them', async () => {
    const { Resources } = (await packaged()).template
    const { queue, deadLetterQueue } = document.channels.requests.bindings.sqs
    const { Properties: requests } = Resources.RequestQueue ?? { Properties: {} }
    expect(requests).toMatchObject({
      QueueName: queue.name.replace('STAGE', STAGE),
      VisibilityTimeout: queue.visibilityTimeout,
      MessageRetentionPeriod: queue.messageRetentionPeriod,
      ReceiveMessageWaitTimeSeconds: queue.receiveMessageWaitTime,
      RedrivePolicy: { maxReceiveCount: queue.redrivePolicy.maxReceiveCount },
    })
    expect(Resources.DeadLetterQueue?.Properties).toMatchObject({
      QueueName: deadLetterQueue.name.replace('STAGE', STAGE),
      MessageRetentionPeriod: deadLetterQueue.messageRetentionPeriod,
    })
  })
})
