/** Queue server and CEN emulator in a process of their own, so that they do not share a thread with the loops. */
import { awsConnectionOf } from '../../functions/compose/aws.js'
import { startLocalCloud } from '../../functions/local/cloud.js'
import { createLocalQueues } from '../../functions/local/queue-server.js'
import { createAwsClients } from '../../lib/aws/clients.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'

const world = readWorldFile(
  JSON.stringify({ editions: { default: 'Basic' }, limits: { attachMs: 0, attachesAtOnce: 100_000 } }),
)
if (!world.ok) throw new Error(world.faults.join('; '))
const { env } = await startLocalCloud(world.world)
const { sqs, sns } = createAwsClients(awsConnectionOf(env))
const setups = await Promise.all(
  process.argv.slice(2).map(async (name) => {
    const queues = await createLocalQueues(sqs, sns, name)
    const settings = {
      REQUEST_QUEUE_URL: queues.requestQueueUrl,
      DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
      RESULT_TOPIC_ARN: queues.resultTopicArn,
    }
    return [name, { env: { ...env, ...settings }, queues }] as const
  }),
)
process.send?.(Object.fromEntries(setups))

// The parent has exited.
process.on('disconnect', () => process.exit(0))
