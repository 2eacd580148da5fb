/** The producers of a stage, as its file names them: their parameters, and the names of what is made for them. */
import * as v from 'valibot'

export const matching = (pattern: RegExp, rule: string) => v.pipe(v.string(rule), v.regex(pattern, rule))

export const ACCOUNT = matching(/^\d{12}$/, 'must be an account id: 12 digits, in quotes')
/** The value of `bus` for a bus that the template makes. */
export const OWN_BUS = 'create'

export const Producer = v.strictObject(
  {
    name: matching(/^[a-z][a-z0-9]{0,19}$/, 'must be 1 to 20 characters of a-z 0-9, since it is part of names'),
    /** EventBridge. */
    bus: v.optional(
      matching(
        /^(?:create|arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]{1,256})$/,
        `must be ${OWN_BUS}, or the ARN of an event bus of this account and region`,
      ),
    ),
    accounts: v.optional(v.pipe(v.array(ACCOUNT, 'must be a list'), v.minLength(1, 'must not be empty'))),
    topic: v.optional(
      matching(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'must be the ARN of a topic; FIFO is none'),
    ),
    account: v.optional(ACCOUNT),
    role: v.optional(
      matching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'must be the ARN of a role; a star is none'),
    ),
  },
  'must have a name, and one of bus, topic, account, role',
)

export type Producer = v.InferOutput<typeof Producer>

const KINDS = ['bus', 'topic', 'account', 'role'] as const

/** A redrive allow policy names ten source queues at most (Amazon SQS API reference, SetQueueAttributes), and one is the request queue. */
const MOST_PRODUCERS = 9

/** What is wrong with producers that are right one by one. */
export function producerFaults(producers: readonly Producer[], region: string): string[] {
  const names = producers.map(({ name }) => name)
  const faults = producers.flatMap((producer, index) => {
    const at = `producers.${index}`
    const kinds = KINDS.filter((kind) => producer[kind] !== undefined)
    const found: string[] = []
    if (kinds.length !== 1)
      found.push(`${at} must have exactly one of ${KINDS.join(', ')}; it has ${kinds.join(', ') || 'none'}`)
    if (producer.accounts && producer.bus !== OWN_BUS)
      found.push(`${at}.accounts is for a bus that is made here (bus: ${OWN_BUS}); another bus has its own policy`)
    for (const kind of ['bus', 'topic'] as const) {
      const there = producer[kind]?.split(':')[3]
      if (there !== undefined && there !== region)
        found.push(`${at}.${kind} must be in ${region}: its dead-letter queue must be in the same region`)
    }
    if (names.indexOf(producer.name) < index)
      found.push(`${at}.name is that of producers.${names.indexOf(producer.name)}`)
    return found
  })
  if (producers.length > MOST_PRODUCERS)
    faults.push(`producers must be ${MOST_PRODUCERS} at most: SQS lets no more queues share a dead-letter queue`)
  return faults
}

/** The name of the producer's queue; a rule of the attachment policy names it. */
export const producerQueueName = (stage: string, name: string): string => `cen-attach-${stage}-from-${name}`
/** The name of the bus that the template makes. */
export const producerBusName = (stage: string, name: string): string => `cen-attach-${stage}-${name}`

/** The beginning of the names that the producer's resources have in the template. */
export const logicalId = (name: string): string => `From${name[0]?.toUpperCase()}${name.slice(1)}`
