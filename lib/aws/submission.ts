/** Sends bodies to the request queue in batches, and sends again what the queue refused. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { byteLength } from '../digest.js'
import type { Clock } from '../ports.js'

/** SendMessageBatch takes 10 entries and 256 KiB together (1 MiB on newer queues). */
const BATCH_ENTRIES = 10
const BATCH_BYTES = 262_144
const TRIES = 4
const PAUSE_MS = 500

/** Resolves once every body is on the queue; rejects with how many are where some could not be sent. */
export async function sendBodies(
  sqs: SQSClient,
  QueueUrl: string,
  bodies: readonly string[],
  clock: Clock,
): Promise<void> {
  let sent = 0
  for (const batch of batches(bodies)) {
    let left = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody }))
    let reason = ''
    for (let tries = 0; left.length > 0 && tries < TRIES; tries++) {
      if (tries > 0) await clock.sleep(PAUSE_MS * 2 ** tries)
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: left }))
      reason = Failed[0]?.Message ?? Failed[0]?.Code ?? ''
      const failed = new Set(Failed.map(({ Id }) => Id))
      left = left.filter(({ Id }) => failed.has(Id))
    }
    sent += batch.length - left.length
    if (left.length > 0)
      throw new Error(`${sent} of ${bodies.length} requests were sent, then the queue refused: ${reason}`)
  }
}

function* batches(bodies: readonly string[]): Generator<string[]> {
  let batch: string[] = []
  let bytes = 0
  for (const body of bodies) {
    const size = byteLength(body)
    if (batch.length === BATCH_ENTRIES || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(body)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
