/** What one batch call of SQS or SNS takes. */
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'

/** SendMessageBatch and PublishBatch take 10 entries and 256 KiB together (1 MiB on newer queues). */
export const BATCH_ENTRIES = 10
const BATCH_BYTES = 262_144

/** What queue and topic count alike. */
export interface Sized {
  readonly body: string
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>
}

const textOf = ({ DataType = '', StringValue = '' }: MessageAttributeValue) => DataType + StringValue

/** Body and attributes together, in bytes. */
export const sizeOf = ({ body, attributes = {} }: Sized): number =>
  Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + textOf(value)) + (value.BinaryValue?.length ?? 0),
    Buffer.byteLength(body),
  )

/** How many of these one call takes, from the first on: at least one, at most `most`, together no more than its bytes. */
export function fitting(sizes: Iterable<number>, most = BATCH_ENTRIES): number {
  let count = 0
  let bytes = 0
  for (const size of sizes) {
    bytes += size
    if (count === most || (count > 0 && bytes > BATCH_BYTES)) return count
    count += 1
  }
  return count
}

/** Cuts messages into batches that one call takes, in order; of at most `most` each. */
export function* batchesOf<T extends Sized>(messages: readonly T[], most = BATCH_ENTRIES): Generator<T[]> {
  const sizes = messages.map(sizeOf)
  for (let at = 0; at < messages.length; ) {
    const count = fitting(sizes.slice(at, at + BATCH_ENTRIES), Math.min(BATCH_ENTRIES, most))
    yield messages.slice(at, at + count)
    at += count
  }
}
