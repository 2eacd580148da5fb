/** `cen-attach policy` */
import { type Command, Option } from 'commander'
import { readPolicyFile } from '../../lib/policy-file.js'
import { readText } from '../wiring/input-file.js'
import { answerQuestion, type QuestionOptions, readQuestion } from '../wiring/policy-question.js'
import { say, sayJson, WrongUse } from '../wiring/terminal.js'

interface Json {
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  cen-attach policy check policy.json
  cen-attach policy explain request.json --sender AROAEXAMPLEID:vending-7 --policy policy.json
  cen-attach policy explain '{"cenId":"cen-1","childInstanceId":"vpc-1","childInstanceRegionId":"cn-hangzhou"}' \\
    --sender AIDAEXAMPLEID --at 2026-12-24T20:00:00Z --policy policy.json`

export function addPolicy(program: Command): void {
  const policy = program
    .command('policy')
    .description('the attachment policy: check a file, or explain what it says to a request')
    .addHelpText('after', EXAMPLES)
  policy
    .command('check <file>')
    .description('read a policy file (- for standard input), and name every fault of it with its path')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(check)
  policy
    .command('explain <request>')
    .description(
      'say which rule decides about a request (a file, - or JSON), or what is missing; exits 1 where it is denied',
    )
    .requiredOption('--sender <id>', 'the sender id, as SQS tells it: AIDA…, AROA…:session or an account')
    .option('--queue <name or arn>', 'the queue that it comes from; its ARN where a rule names that')
    .option('--topic <arn>', 'the topic whose signature it carries')
    .option('--at <time>', 'the time that is looked at, RFC 3339; by default now')
    .addOption(
      new Option('--policy <policy>', 'a policy file, the policy as JSON, or allow-all').env('ATTACHMENT_POLICY'),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((request: string, { json, ...options }: QuestionOptions & Json) => {
      process.exitCode = answerQuestion(readQuestion(request, options), json)
    })
}

function check(file: string, { json }: Json): void {
  const reading = readPolicyFile(readText(file))
  if (!reading.ok) throw new WrongUse(reading.faults.map(({ path, message }) => `${file}: ${path}: ${message}`))
  const rules = reading.file.rules.map(({ id }) => id)
  if (json) sayJson({ rules })
  else say(`${file}: ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, no fault`)
}
