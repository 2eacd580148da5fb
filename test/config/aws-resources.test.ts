import { describe, expect, it } from 'vitest'
import { readResources, type WantedResource } from '../../lib/config/aws-resources.js'

const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/123456789012/requests'
const requests = (value?: string): WantedResource => ({
  setting: 'REQUEST_QUEUE_URL',
  option: { name: '--queue-url', value },
  required: true,
})
const deadLetters: WantedResource = { setting: 'DEAD_LETTER_QUEUE_URL' }
const topic: WantedResource = { setting: 'RESULT_TOPIC_ARN' }

describe('the queues and the topic of a command', () => {
  it.each<[string, Record<string, string>, WantedResource[], string[]]>([
    [
      'are refused if they are no URL',
      { REQUEST_QUEUE_URL: 'None' },
      [requests()],
      ['REQUEST_QUEUE_URL must be a URL, http:// or https://'],
    ],
    [
      'are refused if they are no ARN',
      { RESULT_TOPIC_ARN: 'None' },
      [topic],
      ['RESULT_TOPIC_ARN must be the ARN of an SNS topic'],
    ],
    [
      'are refused under the name of the option',
      {},
      [requests('None')],
      ['--queue-url must be a URL, http:// or https://'],
    ],
    [
      'are refused if empty',
      { REQUEST_QUEUE_URL: ' ' },
      [requests()],
      ['REQUEST_QUEUE_URL is not set, and there is no --queue-url'],
    ],
    ['are refused if the option is empty', { REQUEST_QUEUE_URL: QUEUE }, [requests('')], ['--queue-url is not set']],
    [
      'are refused in another region',
      { AWS_REGION: 'us-east-1' },
      [requests(QUEUE)],
      ['--queue-url is in eu-west-1, but queues are called in us-east-1 (AWS_REGION, or else REQUEST_QUEUE_URL)'],
    ],
    [
      'are refused if both are one',
      { REQUEST_QUEUE_URL: QUEUE, DEAD_LETTER_QUEUE_URL: `${QUEUE}/` },
      [requests(), deadLetters],
      ['DEAD_LETTER_QUEUE_URL must not be the request queue'],
    ],
    ['may be absent if they are not required', { RESULT_TOPIC_ARN: '' }, [deadLetters, topic], []],
    [
      'are not read if they are not wanted',
      { DEAD_LETTER_QUEUE_URL: 'None', REQUEST_QUEUE_URL: QUEUE },
      [requests()],
      [],
    ],
  ])('%s', (_name, env, wanted, faults) => {
    expect(readResources(env, wanted).faults).toEqual(faults)
  })

  it('are those of the option, else of the setting', () => {
    const env = { REQUEST_QUEUE_URL: `${QUEUE}-other`, DEAD_LETTER_QUEUE_URL: ` ${QUEUE}-dead ` }
    const { values } = readResources(env, [requests(QUEUE), deadLetters, topic])
    expect(values).toEqual({ REQUEST_QUEUE_URL: QUEUE, DEAD_LETTER_QUEUE_URL: `${QUEUE}-dead` })
  })
})
