/** Batch calls of SQS and SNS: their limits, and their answers, which succeed or fail for each entry by itself. */
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { BatchRules } from '../messaging/batcher.js'

export interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined
  readonly Failed?: readonly EntryFailure[] | undefined
}

interface EntryFailure {
  readonly Id?: string | undefined
  readonly Code?: string | undefined
  readonly Message?: string | undefined
  /** True if the entry itself is wrong and would be refused each time. */
  readonly SenderFault?: boolean | undefined
}

interface EntryRefusal {
  readonly why: string
  readonly isPermanent: boolean
}

/** The id of an entry is its index in the batch. */
export const entryId = (index: number): string => String(index)

/** Why the entry was refused; undefined if it took effect. An entry that the answer does not name counts as refused. */
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

/** The parts of a message that count towards its size, for a queue and for a topic. */
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

/** How many of the first entries fit in one call: at least one, at most `maxEntries`, together within the byte limit. */
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

/**
 * True if the request itself was refused, and not for its rate or its sender, or could not be built: an error of JavaScript's
 * own, without the metadata that the SDK adds to every attempt. An unknown outcome is no fault of an item.
 */
function isItemFault(error: unknown): boolean {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
  const unbuilt = $metadata === undefined && /^(?:URI|Type|Range)Error$/.test(name)
  return (unbuilt || $metadata?.httpStatusCode === 400) && !/throttl|credential|token|accessdenied/i.test(name)
}

/** What the batcher needs to know of a batch call of SQS or SNS. */
export const AWS_BATCHES: BatchRules<BatchAnswer> = {
  maxItems: MAX_BATCH_ENTRIES,
  countThatFits,
  refusal: (answer, index) => refusedEntry(answer, index)?.why,
  isItemFault,
}

/** Splits messages, in order, into batches that fit in one call, of at most `maxEntries` each. */
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

/** Message attributes of type String. */
export const toMessageAttributes = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  )
