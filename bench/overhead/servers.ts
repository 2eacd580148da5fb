/** Queue server and CEN emulator in a process of their own, so that they do not share the loops' thread. */
import { awsPlaceOf } from '../../functions/wiring/aws-place.js'
import { startLocalCloud } from '../../functions/wiring/local-cloud.js'
import { createAwsClients } from '../../lib/aws/clients.js'
import { createLocalQueues } from '../../lib/aws/queue-setup.js'
import { readWorldFile } from '../../lib/emulator/world-file.js'

const world = readWorldFile(JSON.stringify({ limits: { attachMs: 0, attachesAtOnce: 100_000 } }))
if (!world.ok) throw new Error(world.faults.join('; '))
const { env } = await startLocalCloud(world.world)
const { sqs, sns } = createAwsClients(awsPlaceOf(env))
const places = await Promise.all(
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
process.send?.(Object.fromEntries(places))

// Nobody is left to ask.
process.on('disconnect', () => process.exit(0))
