/** `cen-attach policy` */
import { type Command, Option } from 'commander'
import { type AttachmentRequest, DEFAULT_TTL_MS, parseRequest } from '../../lib/domain/messages/request.js'
import { INSTANT, isInstant } from '../../lib/domain/messages/request-schema.js'
import { readPolicy } from '../../lib/policy/load.js'
import type { Policy, PolicyDecision } from '../../lib/policy/policy.js'
import type { Origin, RuleEvaluation } from '../../lib/policy/rule.js'
import { readPolicyFile } from '../../lib/policy/schema.js'
import { readTextFile } from '../compose/process.js'
import { readText } from '../terminal/input-files.js'
import { print, printJson, UsageError } from '../terminal/print.js'

interface JsonOption {
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
    .description('the attachment policy: check a file, or explain its decision about a request')
    .addHelpText('after', EXAMPLES)
  policy
    .command('check <file>')
    .description('read a policy file (- for standard input), and print every fault with its path')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(check)
  policy
    .command('explain <request>')
    .description('print which rule allows a request (a file, - or JSON), or what is missing; exits 1 if it is denied')
    .requiredOption('--sender <id>', 'the sender id as SQS reports it: AIDA…, AROA…:session or an account')
    .option('--queue <name or arn>', 'the queue of the message; its ARN if a rule names the ARN')
    .option('--topic <arn>', 'the topic that signed the message')
    .option('--at <time>', 'the time of the decision, RFC 3339; by default now')
    .addOption(
      new Option('--policy <policy>', 'a policy file, the policy as JSON, or allow-all').env('ATTACHMENT_POLICY'),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((request: string, { json, ...options }: QuestionOptions & JsonOption) => {
      process.exitCode = answerQuestion(readQuestion(request, options), json)
    })
}

function check(file: string, { json }: JsonOption): void {
  const reading = readPolicyFile(readText(file))
  if (!reading.ok) throw new UsageError(reading.faults.map(({ path, message }) => `${file}: ${path}: ${message}`))
  const rules = reading.file.rules.map(({ id }) => id)
  if (json) printJson({ rules })
  else print(`${file}: ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, no fault`)
}

interface QuestionOptions {
  readonly sender: string
  readonly queue?: string
  readonly topic?: string
  readonly at?: string
  readonly policy?: string
}

interface PolicyQuery {
  readonly policy: Policy
  readonly request: AttachmentRequest
  readonly origin: Origin
  readonly atMs: number
}

/** Reads the request (a file, `-` or JSON), the policy and the time; throws wrong use with the faults of all three. */
function readQuestion(text: string, options: QuestionOptions): PolicyQuery {
  const { sender: senderId, queue: queueArn, topic: topicArn, at } = options
  const faults: string[] = []
  if (at !== undefined && !isInstant(at)) faults.push(`--at ${INSTANT}`)
  const atMs = at !== undefined && isInstant(at) ? Date.parse(at) : Date.now()
  if (options.policy === undefined) faults.push('there is no --policy, and ATTACHMENT_POLICY is not set')
  const { policy, faults: wrong } = readPolicy(options.policy ?? '{"version":1,"rules":[]}', readTextFile)
  faults.push(...wrong.map((fault) => `policy: ${fault}`))
  const parsed = parseRequest(/^\s*\{/.test(text) ? text : readText(text), { sentAtMs: atMs, ttlMs: DEFAULT_TTL_MS })
  if (!parsed.ok) faults.push(...parsed.faults.map(({ path, message }) => `request: ${path}: ${message}`))
  if (!parsed.ok || faults.length > 0) throw new UsageError(faults)
  return { policy, request: parsed.request, origin: { senderId, queueArn, topicArn }, atMs }
}

/** Prints the decision and the evaluation of each rule. Returns the exit code: 1 if the request is denied. */
function answerQuestion({ policy, request, origin, atMs }: PolicyQuery, json: boolean | undefined): number {
  const decision = policy.evaluate(request, origin, atMs)
  const evaluations = policy.explain(request, origin, atMs)
  const allowed = decision.answer === 'allowed'
  if (json)
    printJson({
      allowed,
      ...rulingFields(decision),
      rules: evaluations.map((evaluation) => ({ id: evaluation.id, ...ruleFields(evaluation) })),
    })
  else {
    print(decision.answer === 'allowed' ? `allowed: by ${decision.rule}` : `denied: ${decision.failure.message}`)
    const width = Math.max(0, ...evaluations.map(({ id }) => id.length))
    for (const evaluation of evaluations) print(`  ${evaluation.id.padEnd(width)}  ${describe(evaluation)}`)
  }
  return allowed ? 0 : 1
}

const rulingFields = (decision: PolicyDecision) =>
  decision.answer === 'allowed'
    ? { rule: decision.rule }
    : { code: decision.failure.code, message: decision.failure.message }

/** Only rules for this sender print what is missing, as in the worker. */
const ruleFields = ({ isFor, lacks, open, opensAtMs }: RuleEvaluation) => ({
  isFor,
  ...(isFor && { lacks, open, ...(opensAtMs !== undefined && { opensAt: new Date(opensAtMs).toISOString() }) }),
})

function describe({ isFor, lacks, open, opensAtMs }: RuleEvaluation): string {
  if (!isFor) return 'is for others'
  const missing = lacks.map(({ field, says }) => `${says} (${field})`)
  if (!open)
    missing.push(
      opensAtMs === undefined ? 'a time that is not over' : `a time from ${new Date(opensAtMs).toISOString()} on`,
    )
  return missing.length === 0 ? 'allows it' : `lacks ${missing.join(', ')}`
}
