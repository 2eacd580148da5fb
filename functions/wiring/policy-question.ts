/** A question to the policy as a person asks it: read from the arguments of a command, and answered in lines or as JSON. */
import { type AttachmentRequest, parseRequest } from '../../lib/attachment-request.js'
import type { Policy, Ruling } from '../../lib/policy.js'
import type { Origin, RuleLook } from '../../lib/policy-rule.js'
import { readPolicy } from '../../lib/policy-setting.js'
import { INSTANT, isInstant } from '../../lib/request-fields.js'
import { readText } from './input-file.js'
import { say, sayJson, WrongUse } from './terminal.js'
import { readTextFile } from './text-file.js'

export interface QuestionOptions {
  readonly sender: string
  readonly queue?: string
  readonly topic?: string
  readonly at?: string
  readonly policy?: string
}

export interface Question {
  readonly policy: Policy
  readonly request: AttachmentRequest
  readonly origin: Origin
  readonly atMs: number
}

const DAY_MS = 86_400_000

/** Reads the request (a file, `-` or JSON), the policy and the time; wrong use names every fault of all three. */
export function readQuestion(text: string, options: QuestionOptions): Question {
  const { sender: senderId, queue: queueArn, topic: topicArn, at } = options
  const faults: string[] = []
  if (at !== undefined && !isInstant(at)) faults.push(`--at ${INSTANT}`)
  const atMs = at !== undefined && isInstant(at) ? Date.parse(at) : Date.now()
  if (options.policy === undefined) faults.push('there is no --policy, and ATTACHMENT_POLICY is not set')
  const { policy, faults: wrong } = readPolicy(options.policy ?? '{"version":1,"rules":[]}', readTextFile)
  faults.push(...wrong.map((fault) => `policy: ${fault}`))
  const parsed = parseRequest(/^\s*\{/.test(text) ? text : readText(text), { sentAtMs: atMs, ttlMs: DAY_MS })
  if (!parsed.ok) faults.push(...parsed.faults.map(({ path, message }) => `request: ${path}: ${message}`))
  if (!parsed.ok || faults.length > 0) throw new WrongUse(faults)
  return { policy, request: parsed.request, origin: { senderId, queueArn, topicArn }, atMs }
}

/** Says the answer and how each rule looks to the request. Resolves to the exit code: 1 where it is denied. */
export function answerQuestion({ policy, request, origin, atMs }: Question, json: boolean | undefined): number {
  const ruling = policy.judge(request, origin, atMs)
  const looks = policy.explain(request, origin, atMs)
  const allowed = ruling.answer === 'allowed'
  if (json) sayJson({ allowed, ...said(ruling), rules: looks.map((look) => ({ id: look.id, ...read(look) })) })
  else {
    say(ruling.answer === 'allowed' ? `allowed: by ${ruling.rule}` : `denied: ${ruling.failure.message}`)
    const width = Math.max(0, ...looks.map(({ id }) => id.length))
    for (const look of looks) say(`  ${look.id.padEnd(width)}  ${describe(look)}`)
  }
  return allowed ? 0 : 1
}

const said = (ruling: Ruling) =>
  ruling.answer === 'allowed' ? { rule: ruling.rule } : { code: ruling.failure.code, message: ruling.failure.message }

/** What is missing is told of rules for this sender only, as the worker tells it. */
const read = ({ isFor, lacks, open, opensAtMs }: RuleLook) => ({
  isFor,
  ...(isFor && { lacks, open, ...(opensAtMs !== undefined && { opensAt: new Date(opensAtMs).toISOString() }) }),
})

function describe({ isFor, lacks, open, opensAtMs }: RuleLook): string {
  if (!isFor) return 'is for others'
  const missing = lacks.map(({ field, says }) => `${says} (${field})`)
  if (!open)
    missing.push(
      opensAtMs === undefined ? 'a time that is not over' : `a time from ${new Date(opensAtMs).toISOString()} on`,
    )
  return missing.length === 0 ? 'allows it' : `lacks ${missing.join(', ')}`
}
