/** The embedded cloud, in this process on loopback: the queue server with queues and topic, and the CEN emulator. */
import { createAwsClients } from '../../lib/aws/clients.js'
import type { Attachment } from '../../lib/domain/attachment.js'
import { createEmulator, type Emulator } from '../../lib/emulator/emulator.js'
import { createShiftedClock } from '../../lib/emulator/http/control.js'
import { startEmulatorServer } from '../../lib/emulator/http/server.js'
import type { WorldFile } from '../../lib/emulator/world/world-file.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { awsConnectionOf } from '../compose/aws.js'
import { explainPortErrors } from '../terminal/settings.js'
import { emulatorEnv } from './emulator-settings.js'
import { createLocalQueues, type LocalQueues, startQueueServer } from './queue-server.js'

export interface LocalCloud {
  /** The settings of a worker, and of any other client. */
  readonly env: Readonly<Record<string, string>>
  readonly queues: LocalQueues
  readonly emulator: Emulator
  /** Whether the world file has a grant for it that arrives later. */
  isGrantedLater(attachment: Attachment): boolean
  stop(): Promise<void>
}

const REGION = 'us-east-1'

interface Ports {
  readonly queues?: number | undefined
  readonly emulator?: number | undefined
}

export async function startLocalCloud(world: WorldFile, ports: Ports = {}): Promise<LocalCloud> {
  const queueServer = await explainPortErrors('--queue-port', ports.queues, startQueueServer(ports.queues))
  const clock = createShiftedClock(systemClock)
  const emulator = createEmulator(world, clock, Math.random)
  const listening = startEmulatorServer(emulator, clock, ports.emulator)
  const cen = await explainPortErrors('--emulator-port', ports.emulator, listening).catch(async (error) => {
    await queueServer.stop()
    throw error
  })
  const aws = {
    AWS_ENDPOINT_URL: queueServer.url,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
  const { sqs, sns } = createAwsClients(awsConnectionOf(aws))
  const queues = await createLocalQueues(sqs, sns)
  const env = {
    ...aws,
    REQUEST_QUEUE_URL: queues.requestQueueUrl,
    DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
    RESULT_TOPIC_ARN: queues.resultTopicArn,
    ATTACHMENT_POLICY: LOCAL_POLICY,
    ...emulatorEnv(cen.url),
  }
  const stop = async () => void (await Promise.all([queueServer.stop(), cen.stop()]))
  const isGrantedLater = ({ childInstanceId, cenId }: Attachment) =>
    emulator.world.grants.arrivesLater(childInstanceId, cenId)
  return { env, queues, emulator, isGrantedLater, stop }
}

/** Every sender may attach and detach everything: nothing of the emulator is worth protecting. */
const LOCAL_POLICY = JSON.stringify({
  version: 1,
  rules: [
    {
      id: 'local',
      senders: ['*'],
      cenIds: ['*'],
      ownerIds: ['*'],
      actions: ['attach', 'detach'],
      routeTableIds: ['*'],
      vpcRoutes: ['0.0.0.0/0', 'private', 'published', 'none'],
    },
  ],
})
