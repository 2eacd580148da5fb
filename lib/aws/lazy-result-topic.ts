/** The result topic, loaded with the first result: the first message of a cold start is deferred and has none. */
import type { Clock } from '../domain/clock.js'
import { loadOnce } from '../domain/kept.js'
import type { AwsConnection } from './connection.js'
import type { ResultTopic } from './result-topic.js'

export function createLazyResultTopic(connection: AwsConnection, topicArn: string, clock: Clock): ResultTopic {
  const topic = loadOnce(async () => {
    const [{ createResultTopic }, { createSnsClient }] = await Promise.all([
      import('./result-topic.js'),
      import('./clients.js'),
    ])
    return createResultTopic(createSnsClient(connection), topicArn, clock)
  })
  return {
    check: async () => (await topic.get()).check(),
    publish: async (result) => (await topic.get()).publish(result),
  }
}
