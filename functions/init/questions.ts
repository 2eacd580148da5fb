/** The facts of a stage: each from an option, or found by a call, or asked for; checked, and all faults at once. */
import { createInterface } from 'node:readline/promises'
import * as v from 'valibot'
import { AWS_REGION } from '../../lib/config/aws-region.js'
import type { Environment } from '../../lib/config/config.js'
import { Producer, producerFaults } from '../../lib/deployment/producers.js'
import { STAGE_NAME, type StageFacts } from '../../lib/deployment/stage-files.js'
import { ACTIONS } from '../../lib/domain/attachment.js'
import { ONE_SENDER } from '../../lib/policy/schema.js'
import { UsageError, warn } from '../terminal/print.js'
import { type Found, findAwsCaller, findCenAccount, findFingerprint, findIssuer } from './look-up.js'

export interface InitOptions {
  readonly region?: string
  readonly awsAccount?: string
  readonly sender?: string
  readonly alibabaAccount?: string
  readonly cen?: readonly string[]
  readonly owner?: readonly string[]
  readonly actions?: string
  readonly producer?: readonly string[]
  readonly grantRole?: string
  readonly alarmTopic?: string
  readonly issuer?: string
  readonly fingerprint?: string
}

/** Asks a person; undefined if nobody can be asked. `proposed` is what an empty answer means. */
type Ask = (question: string, proposed: string | undefined) => Promise<string>

interface Field {
  readonly option: string
  readonly question: string
  readonly rule: RegExp
  readonly says: string
}

const LIST = (item: string) => new RegExp(`^${item}(?:[ ,]+${item})*$`)

const FIELDS = {
  region: {
    option: '--region',
    question: 'AWS region of the stack',
    rule: AWS_REGION,
    says: 'must be a region of AWS, such as eu-west-1',
  },
  awsAccount: {
    option: '--aws-account',
    question: 'AWS account of the stack',
    rule: /^\d{12}$/,
    says: 'must be an account id: 12 digits',
  },
  senderId: {
    option: '--sender',
    question: 'Who may attach, as SQS names the sender (AROA…:session, AIDA…)',
    rule: ONE_SENDER,
    says: 'must be a sender id: a user (AIDA…) or a session of a role (AROA…:name)',
  },
  alibabaAccount: {
    option: '--alibaba-account',
    question: 'Alibaba account that owns the CENs',
    rule: /^\d{1,20}$/,
    says: 'must be an account id: digits',
  },
  cenIds: {
    option: '--cen',
    question: 'CENs that may be attached to',
    rule: LIST('cen-[a-z0-9]+'),
    says: 'must be ids of CENs, cen-…',
  },
  ownerIds: {
    option: '--owner',
    question: 'Accounts that own the networks (cen-owner: that of the CENs; * for every one)',
    rule: LIST('(?:\\d{1,20}|cen-owner|\\*)'),
    says: 'must be account ids, cen-owner, or *',
  },
  actions: {
    option: '--actions',
    question: 'What the sender may ask for (attach; attach,detach)',
    rule: LIST('(?:attach|detach)'),
    says: 'must be attach, detach, or both',
  },
  issuer: {
    option: '--issuer',
    question: "Issuer of the AWS account's tokens",
    rule: /^https:\/\/[\w.-]+(?::\d+)?(?:\/[\w./-]*)?$/,
    says: 'must be a URL, https://…',
  },
  fingerprint: {
    option: '--fingerprint',
    question: "SHA-1 fingerprint of the issuer's certificate authority",
    rule: /^(?:[0-9A-Fa-f]{2}:?){20}$/,
    says: 'must have 40 hexadecimal digits',
  },
} as const satisfies Readonly<Record<string, Field>>

const PRODUCER = /^([^=]+)=(bus|topic|account|role)(?::(.*))?$/

/** `NAME=bus`, `NAME=bus:ARN`, `NAME=topic:ARN`, `NAME=account:ID`, `NAME=role:ARN`. */
function readProducer(text: string): unknown {
  const [, name, kind, value = ''] = PRODUCER.exec(text) ?? []
  if (name === undefined || kind === undefined) return text
  return { name, [kind]: kind === 'bus' && value === '' ? 'create' : value }
}

/** Collects the facts; throws wrong use with every fault. Reads only. */
export async function collectFacts(
  stage: string,
  options: InitOptions,
  env: Environment,
  ask?: Ask,
): Promise<StageFacts> {
  const faults: string[] = []
  if (!STAGE_NAME.test(stage) || stage.endsWith('-from') || stage === 'example')
    faults.push(
      'the stage must have 1 to 16 characters of a-z 0-9 -, since it is part of names, and not end with -from; example is the example',
    )

  /** An option, else the answer of a person to whom `found` is proposed, else `found`. */
  const settle = async (
    name: keyof typeof FIELDS,
    given: string | undefined,
    found: Found<string>,
  ): Promise<string> => {
    const { option, question, rule, says } = FIELDS[name]
    const proposed = 'value' in found ? found.value : undefined
    if (given === undefined && proposed === undefined && ask && 'why' in found && found.why !== '') warn(found.why)
    let value = (given ?? (ask ? await ask(question, proposed) : proposed) ?? '').trim()
    while (ask && given === undefined && !rule.test(value)) {
      warn(`${value === '' ? 'this' : value} ${says}`)
      value = (await ask(question, proposed)).trim()
    }
    if (value === '') faults.push(`${option} is missing${'why' in found && found.why !== '' ? `: ${found.why}` : ''}`)
    else if (!rule.test(value)) faults.push(`${option} ${says}, not "${value}"`)
    return value
  }
  const list = (values: readonly string[] | undefined) => values?.join(',')
  const known = <T>(found: Found<T>, text: (value: T) => string): Found<string> =>
    'value' in found ? { value: text(found.value) } : found

  const region = await settle('region', options.region, { value: env.AWS_REGION || env.AWS_DEFAULT_REGION || '' })
  const isRegion = FIELDS.region.rule.test(region)
  const unknown: Found<never> = { why: 'the region is not known' }
  // Both clouds are asked at once; what the options give is not read.
  const needsAws = options.awsAccount === undefined || options.sender === undefined
  const needsAlibaba = options.alibabaAccount === undefined || options.cen === undefined
  const nothing: Found<never> = { why: '' }
  const [caller, token, cenAccount] = await Promise.all([
    needsAws ? (isRegion ? findAwsCaller(env, region) : unknown) : nothing,
    options.issuer === undefined ? (isRegion ? findIssuer(env, region) : unknown) : nothing,
    needsAlibaba ? findCenAccount(env) : { account: nothing, cens: nothing },
  ])
  const awsAccount = await settle(
    'awsAccount',
    options.awsAccount,
    known(caller, ({ Account }) => Account),
  )
  const senderId = await settle(
    'senderId',
    options.sender,
    known(caller, ({ UserId }) => UserId),
  )
  const issuer = await settle('issuer', options.issuer, token)
  const isIssuer = FIELDS.issuer.rule.test(issuer)
  const authority: Found<string> =
    options.fingerprint !== undefined
      ? nothing
      : isIssuer
        ? await findFingerprint(issuer)
        : { why: 'the issuer is not known' }
  const fingerprint = await settle('fingerprint', options.fingerprint, authority)
  const alibabaAccount = await settle('alibabaAccount', options.alibabaAccount, cenAccount.account)
  const cens = known(cenAccount.cens, (ids) => ids.join(','))
  const cenIds = await settle('cenIds', list(options.cen), cens)
  const ownerIds = await settle('ownerIds', list(options.owner), { value: 'cen-owner' })
  const actions = await settle('actions', options.actions, { value: 'attach' })
  const producers = readProducers(options.producer ?? (ask ? await askProducers(ask) : []), region, faults)
  const { grantRole, alarmTopic } = options
  if (grantRole !== undefined && !/^[\w.-]{1,64}$/.test(grantRole))
    faults.push('--grant-role must be the name of a RAM role')
  if (alarmTopic !== undefined && !isTopicIn(alarmTopic, region))
    faults.push(`--alarm-topic must be the ARN of a topic in ${region}`)
  if (faults.length > 0) throw new UsageError(faults)
  const [, partition = 'aws'] = ('value' in caller ? caller.value.Arn : '').split(':')
  return {
    stage,
    region,
    awsAccount,
    partition: partition || partitionOf(region),
    senderId,
    alibabaAccount,
    cenIds: cenIds.split(/[ ,]+/),
    ownerIds: ownerIds.split(/[ ,]+/),
    actions: ACTIONS.filter((action) => actions.split(/[ ,]+/).includes(action)),
    producers,
    grantRoleName: grantRole,
    alarmTopicArn: alarmTopic,
    issuer,
    fingerprint: fingerprint.replaceAll(':', ''),
  }
}

const isTopicIn = (arn: string, region: string): boolean =>
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(arn) && arn.split(':')[3] === region

const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

async function askProducers(ask: Ask): Promise<readonly string[]> {
  const text = await ask(
    'Producers with a queue of their own, NAME=bus, NAME=topic:ARN, NAME=account:ID, NAME=role:ARN',
    'none',
  )
  return text.trim() === 'none' || text.trim() === '' ? [] : text.trim().split(/[ ]+/)
}

function readProducers(texts: readonly string[], region: string, faults: string[]): readonly Producer[] {
  const parsed = v.safeParse(v.array(Producer), texts.map(readProducer))
  for (const issue of parsed.issues ?? []) {
    const [{ key }] = issue.path as unknown as [{ key: number }]
    faults.push(`--producer ${texts[key]}: ${issue.message}`)
  }
  const producers = parsed.success ? parsed.output : []
  faults.push(...producerFaults(producers, region).map((fault) => `--producer: ${fault}`))
  return producers
}

/** Asks on the terminal; the answers end with `close`. */
export function askOnTerminal(): { readonly ask: Ask; close(): void } {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  return {
    ask: async (question, proposed) => {
      const answer = await terminal.question(proposed ? `${question} [${proposed}]: ` : `${question}: `)
      return answer.trim() === '' ? (proposed ?? '') : answer
    },
    close: () => terminal.close(),
  }
}
