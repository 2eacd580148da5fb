/** The check at the start that the queues and the topic of the settings exist, by calls that change nothing. */
import type { Clock } from '../domain/clock.js'

export interface CheckedResource {
  /** The setting that names the resource. */
  readonly setting: string
  /** Makes a call that changes nothing; rejects with the service's error. */
  readonly check: () => Promise<unknown>
}

/** Error names of SQS (JSON and query protocol) and SNS for a queue or topic that does not exist. */
const MISSING = /^(?:QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|NotFound)(?:Exception)?$/
/** The check of a resource is abandoned after this, in milliseconds. */
const CHECK_TIMEOUT_MS = 3_000

/**
 * Resolves to a sentence for each resource that does not exist; never rejects. A call that is denied, fails otherwise or
 * takes longer than 3 s does not prevent the start.
 */
export async function missingResources(resources: readonly CheckedResource[], clock: Clock): Promise<string[]> {
  const answered = new AbortController()
  const sentenceOf = async ({ setting, check }: CheckedResource): Promise<string[]> => {
    try {
      await check()
    } catch (error) {
      const { name, message } = error as Error
      if (MISSING.test(name)) return [`${setting} cannot be used: ${message}`]
    }
    return []
  }
  const timedOut = clock.sleep(CHECK_TIMEOUT_MS, answered.signal).then(() => [])
  const sentences = await Promise.all(resources.map((resource) => Promise.race([sentenceOf(resource), timedOut])))
  answered.abort()
  return sentences.flat()
}
