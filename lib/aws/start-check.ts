/** Whether the queues and the topic of the settings exist: looked at before anything is attached, by calls that have no effect. */
import type { Clock } from '../domain/clock.js'

export interface Place {
  /** The setting that names it. */
  readonly setting: string
  /** Makes a call of it that has no effect; rejects with what the service says. */
  readonly look: () => Promise<unknown>
}

/** What SQS (JSON and query protocol) and SNS call a queue or topic that is not there. */
const MISSING = /^(?:QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|NotFound)(?:Exception)?$/
/** A service that does not answer in this time says nothing about the start, in milliseconds. */
const PATIENCE_MS = 3_000

/**
 * Resolves to a sentence for each place that is not there; never rejects. Only that answer counts: what is denied, fails
 * or takes longer than 3 s does not keep a worker from its start.
 */
export async function missingPlaces(places: readonly Place[], clock: Clock): Promise<string[]> {
  const answered = new AbortController()
  const sentenceOf = async ({ setting, look }: Place): Promise<string[]> => {
    try {
      await look()
    } catch (error) {
      const { name, message } = error as Error
      if (MISSING.test(name)) return [`${setting} cannot be used: ${message}`]
    }
    return []
  }
  const late = clock.sleep(PATIENCE_MS, answered.signal).then(() => [])
  const sentences = await Promise.all(places.map((place) => Promise.race([sentenceOf(place), late])))
  answered.abort()
  return sentences.flat()
}
