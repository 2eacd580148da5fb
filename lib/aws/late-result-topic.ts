/** The result topic, loaded with the first result: the first message of a cold start has none, it is handed back. */
import type { Clock } from '../ports.js'
import type { AwsPlace } from './place.js'
import type { ResultTopic } from './result-topic.js'

export function createLateResultTopic(place: AwsPlace, topicArn: string, clock: Clock): ResultTopic {
  let topic: Promise<ResultTopic> | undefined
  const load = async () => {
    const [{ createResultTopic }, { createSnsClient }] = await Promise.all([
      import('./result-topic.js'),
      import('./sns-client.js'),
    ])
    return createResultTopic(createSnsClient(place), topicArn, clock)
  }
  const loaded = (): Promise<ResultTopic> => {
    topic ??= load().catch((error) => {
      topic = undefined
      throw error
    })
    return topic
  }
  return {
    look: async () => (await loaded()).look(),
    publish: async (result) => (await loaded()).publish(result),
  }
}
