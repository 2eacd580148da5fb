/** The result topic, loaded with the first result: the first message of a cold start has none, it is handed back. */
import type { Clock } from '../domain/clock.js'
import type { ResultPublisher } from '../reconcile/result-publisher.js'
import type { AwsConnection } from './connection.js'

export function createLazyResultTopic(connection: AwsConnection, topicArn: string, clock: Clock): ResultPublisher {
  let topic: Promise<ResultPublisher> | undefined
  const load = async () => {
    const [{ createResultTopic }, { createSnsClient }] = await Promise.all([
      import('./result-topic.js'),
      import('./clients.js'),
    ])
    return createResultTopic(createSnsClient(connection), topicArn, clock)
  }
  return {
    async publish(result) {
      topic ??= load().catch((error) => {
        topic = undefined
        throw error
      })
      return (await topic).publish(result)
    },
  }
}
