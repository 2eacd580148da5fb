/** The identity at AWS, and each right that the worker needs there. */
import { principalArn } from '../../aws/inspection/principal.js'
import type { TriedRight } from '../../aws/inspection/rights.js'
import { shellWord } from '../../domain/shell.js'
import type { Check } from '../check.js'
import { type Examined, isUsable } from '../examined.js'
import { error, type Finding, ok, unknown, unread, whyUnread } from '../finding.js'
import type { Probes } from '../probes.js'

/** The command that gives a right to a role or a user; for others the statement alone. */
function allowCommand(principal: string, action: string, resource: string): string {
  const [, kind, name] = /:(role|user)\/(?:.*\/)?([^/]+)$/.exec(principal) ?? []
  const statement = { Effect: 'Allow', Action: action, Resource: resource }
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  if (kind === undefined || name === undefined) return `allow ${action} on ${resource}`
  const policyName = `cen-attach-${action.replace(':', '-')}`
  return `aws iam put-${kind}-policy --${kind}-name ${shellWord(name)} --policy-name ${policyName} --policy-document ${shellWord(document)}`
}

/** The ARNs of queues and topic, as far as they are known. */
async function resourceArns({ config }: Examined, { aws }: Probes): Promise<Record<TriedRight['on'], string>> {
  const arnOf = async (url: string): Promise<string> => {
    const queue = await aws.queue(url)
    return queue.ok ? queue.value.arn : '*'
  }
  return {
    'request queue': await arnOf(config.requestQueueUrl),
    'dead-letter queue': await arnOf(config.deadLetterQueueUrl),
    'result topic': config.resultTopicArn,
  }
}

const describe = ({ action, on }: TriedRight): string => `${action} on the ${on}`

async function simulated(
  principal: string,
  rights: readonly TriedRight[],
  context: [Examined, Probes],
): Promise<Finding[]> {
  const arns = await resourceArns(...context)
  const places = [...new Set(rights.map(({ on }) => on))]
  const found = await Promise.all(
    places.map(async (on) => {
      const here = rights.filter((right) => right.on === on)
      const actions = here.map(({ action }) => action)
      const answer = await context[1].aws.simulate(principal, actions, arns[on])
      return here.map((right) => {
        if (!answer.ok) {
          const fix = `aws iam simulate-principal-policy --policy-source-arn ${shellWord(principal)} --action-names ${right.action} --resource-arns ${shellWord(arns[on])}`
          return unknown(describe(right), `not known: the simulation is refused (${answer.failure.code})`, fix)
        }
        const allowed = answer.value.find(({ action }) => action.toLowerCase() === right.action.toLowerCase())?.allowed
        if (allowed) return ok(describe(right), 'allowed, by simulation')
        return error(describe(right), `IAM denies it to ${principal}`, allowCommand(principal, right.action, arns[on]))
      })
    }),
  )
  return found.flat()
}

export const AWS_CHECKS: readonly Check[] = [
  {
    id: 'aws-identity',
    topic: 'AWS',
    looksAt: 'who calls AWS',
    async run(examined, { aws }) {
      const caller = await aws.caller()
      if (!caller.ok) {
        const finding = unread('identity at AWS', caller.failure, {
          credentials: 'aws configure list',
          unreachable: 'check AWS_REGION and AWS_ENDPOINT_URL',
        })
        return [whyUnread(caller.failure) === 'credentials' ? { ...finding, level: 'error' } : finding]
      }
      const { Arn: arn, UserId: userId } = caller.value
      const role = examined.stage?.roleArn
      const other = role !== undefined && principalArn(arn) !== role ? `; the function is ${role}` : ''
      return [ok('identity at AWS', `${arn}, sender id ${userId}${other}`)]
    },
  },
  {
    id: 'aws-rights',
    topic: 'AWS',
    looksAt: 'each right on queues and topic, by calls without effect or by simulation',
    async run(examined, probes) {
      const settings = ['REQUEST_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL', 'RESULT_TOPIC_ARN']
      const caller = await probes.aws.caller()
      if (!settings.every((setting) => isUsable(examined, setting)) || !caller.ok) return []
      const rights = await probes.aws.rights()
      const self = principalArn(caller.value.Arn)
      const role = examined.stage?.roleArn
      if (role !== undefined && role !== self) return simulated(role, rights, [examined, probes])
      const arns = await resourceArns(examined, probes)
      const open: TriedRight[] = []
      const found: Finding[] = []
      for (const right of rights) {
        const { action, on, answer } = right
        if (answer.ok) found.push(ok(describe(right), 'allowed'))
        else if (whyUnread(answer.failure) === 'denied')
          found.push(
            error(describe(right), `denied to ${self} (${answer.failure.code})`, allowCommand(self, action, arns[on])),
          )
        // What does not exist is reported by the checks of queues and topic.
        else if (whyUnread(answer.failure) !== 'missing') open.push(right)
      }
      return [...found, ...(await simulated(self, open, [examined, probes]))]
    },
  },
]
