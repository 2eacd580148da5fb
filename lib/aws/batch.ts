/** What a batch call of SQS or SNS answers: of each entry by itself, whatever the HTTP status says. */
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'

export interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined
  readonly Failed?: readonly EntryFailure[] | undefined
}

interface EntryFailure {
  readonly Id?: string | undefined
  readonly Code?: string | undefined
  readonly Message?: string | undefined
  /** True where the entry itself is wrong, so that it would be refused again and again. */
  readonly SenderFault?: boolean | undefined
}

interface EntryRefusal {
  readonly why: string
  readonly isPermanent: boolean
}

/** Entries are named by their place in the batch. */
export const entryId = (index: number): string => String(index)

/** Why the entry was refused; undefined where the answer says that it took effect. What an answer does not name is refused. */
export function refusedEntry({ Successful = [], Failed = [] }: BatchAnswer, index: number): EntryRefusal | undefined {
  const isThisEntry = ({ Id }: { readonly Id?: string | undefined }) => Id === entryId(index)
  const failure = Failed.find(isThisEntry)
  if (!failure && Successful.some(isThisEntry)) return undefined
  const { Code = 'Unanswered', Message = 'the answer does not name it', SenderFault = false } = failure ?? {}
  return { why: `${Code}: ${Message}`, isPermanent: SenderFault }
}

/** SendMessageBatch and PublishBatch take 10 entries and 256 KiB together (1 MiB on newer queues). */
export const MAX_BATCH_ENTRIES = 10
const MAX_BATCH_BYTES = 262_144

/** What queue and topic count alike. */
export interface BatchEntry {
  readonly body: string
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>
}

const attributeText = ({ DataType = '', StringValue = '' }: MessageAttributeValue) => DataType + StringValue

/** Body and attributes together, in bytes. */
export const entryBytes = ({ body, attributes = {} }: BatchEntry): number =>
  Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + attributeText(value)) + (value.BinaryValue?.length ?? 0),
    Buffer.byteLength(body),
  )

/** How many of these one call takes, from the first on: at least one, at most `most`, together no more than its bytes. */
export function countThatFits(sizes: Iterable<number>, maxEntries = MAX_BATCH_ENTRIES): number {
  let count = 0
  let bytes = 0
  for (const size of sizes) {
    bytes += size
    if (count === maxEntries || (count > 0 && bytes > MAX_BATCH_BYTES)) return count
    count += 1
  }
  return count
}

/** Cuts messages into batches that one call takes, in order; of at most `most` each. */
export function* splitIntoBatches<T extends BatchEntry>(
  messages: readonly T[],
  maxEntries = MAX_BATCH_ENTRIES,
): Generator<T[]> {
  const sizes = messages.map(entryBytes)
  for (let start = 0; start < messages.length; ) {
    const count = countThatFits(sizes.slice(start, start + MAX_BATCH_ENTRIES), Math.min(MAX_BATCH_ENTRIES, maxEntries))
    yield messages.slice(start, start + count)
    start += count
  }
}

/** All of them as text. */
export const toMessageAttributes = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  )
