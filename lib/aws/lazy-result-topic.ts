/** The result topic, loaded with the first result: the first message of a cold start is deferred and has none. */
import type { Clock } from '../domain/clock.js'
import type { AwsConnection } from './connection.js'
import type { ResultTopic } from './result-topic.js'

export function createLazyResultTopic(connection: AwsConnection, topicArn: string, clock: Clock): ResultTopic {
  let topic: Promise<ResultTopic> | undefined
  const load = async () => {
    const [{ createResultTopic }, { createSnsClient }] = await Promise.all([
      import('./result-topic.js'),
      import('./clients.js'),
    ])
    return createResultTopic(createSnsClient(connection), topicArn, clock)
  }
  const loaded = (): Promise<ResultTopic> => {
    topic ??= load().catch((error) => {
      topic = undefined
      throw error
    })
    return topic
  }
  return {
    check: async () => (await loaded()).check(),
    publish: async (result) => (await loaded()).publish(result),
  }
}
