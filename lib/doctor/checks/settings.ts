/** The settings as the worker reads them, the stack that they are from, and the policy's decision about one request. */
import { SETTINGS } from '../../config/settings.js'
import { shellWord } from '../../domain/shell.js'
import type { Check } from '../check.js'
import type { Examined } from '../examined.js'
import { error, type Finding, ok, unknown, unread, warning } from '../finding.js'

/** What a setting must have, by its name. */
const EXAMPLES: Readonly<Record<string, string>> = {
  REQUEST_QUEUE_URL: 'https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE',
  RESULT_TOPIC_ARN: 'arn:aws:sns:REGION:ACCOUNT:TOPIC',
  ATTACHMENT_POLICY: 'FILE',
}

function toFinding(fault: string): Finding {
  const [name = '', ...words] = fault.split(' ')
  const example = EXAMPLES[name]
  return error(name, words.join(' '), example ? `export ${name}=${example}` : 'npx cen-attach worker --help')
}

function describePolicy({ rules, scope }: Examined): Finding {
  if (rules.length === 0 && scope.request === undefined)
    return ok('policy', 'every sender to the queue may ask for everything')
  const cens = new Set(rules.flatMap(({ cenIds }) => cenIds)).size
  return ok(
    'policy',
    `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, for ${cens} ${cens === 1 ? 'CEN' : 'CENs'}`,
  )
}

export const SETTINGS_CHECKS: readonly Check[] = [
  {
    id: 'settings',
    topic: 'Settings',
    looksAt: 'every setting of the worker',
    async run(examined) {
      if (examined.faults.length > 0) return examined.faults.map(toFinding)
      return [ok('settings', `no fault in ${SETTINGS.length} settings`), describePolicy(examined)]
    },
  },
  {
    id: 'stack',
    topic: 'Settings',
    looksAt: 'the stack that the settings are from',
    async run({ stage }) {
      if (stage === undefined) return []
      const { stackName, status, settingsUnread } = stage
      const read = settingsUnread
        ? [
            unknown(
              'settings of the function',
              `not known: ${settingsUnread}; those of this shell are used`,
              'allow lambda:GetFunctionConfiguration on the function to who runs doctor',
            ),
          ]
        : []
      if (/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return [ok('stack', `${stackName} is ${status}`), ...read]
      const fix = `aws cloudformation describe-stack-events --stack-name ${stackName}`
      return [warning('stack', `${stackName} is ${status}`, fix), ...read]
    },
  },
  {
    id: 'request',
    topic: 'Settings',
    looksAt: 'what the policy says about the request if you send it',
    async run(examined, { aws }) {
      const { request } = examined.scope
      if (request === undefined) return []
      const caller = await aws.caller()
      if (!caller.ok) return [unread('request', caller.failure)]
      const { config, nowMs } = examined
      const queue = await aws.queue(config.requestQueueUrl)
      const origin = {
        senderId: caller.value.UserId,
        queueArn: queue.ok ? queue.value.arn : undefined,
        topicArn: undefined,
      }
      const decision = config.policy.evaluate(request, origin, nowMs)
      if (decision.answer === 'allowed')
        return [ok('request', `allowed to sender ${origin.senderId} by ${decision.rule}`)]
      const fix = `npx cen-attach policy explain FILE --sender ${shellWord(origin.senderId)}`
      return [warning('request', decision.failure.message, fix)]
    },
  },
]
