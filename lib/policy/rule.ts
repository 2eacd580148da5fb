/** Evaluates one rule of the policy for one request: whether it is for the sender, what it does not allow, whether it is open. */
import type { Attachment, AttachmentOptions, RequestAction } from '../domain/attachment.js'
import { contains, readCidr } from '../domain/options/cidr.js'
import { PRIVATE_BLOCKS } from '../domain/options/schema.js'
import { isOpenAt, isWithin, opensAtMs, type Schedule } from './schedule.js'
import { ANY, CEN_OWNER, type PolicyRule } from './schema.js'

/** The origin of a message, as the queue reports or a signature proves; never what the body claims. */
export interface Origin {
  readonly senderId?: string | undefined
  readonly queueArn?: string | undefined
  /** The topic whose signature the message carries, once it is verified. */
  readonly topicArn?: string | undefined
}

export interface PolicyRequest {
  readonly attachment: Attachment
  /** Default: `attach`. */
  readonly action?: RequestAction
  readonly options?: AttachmentOptions
  readonly dryRun?: boolean | undefined
}

/** A property of the request that the rule does not allow. */
interface Lack {
  /** The rule's field. */
  readonly field: keyof PolicyRule
  /** The property, in words; a field of `policy explain --json`. */
  readonly says: string
}

/** A rule, evaluated for one request. */
export interface RuleEvaluation {
  readonly id: string
  /** False if the rule is for other senders: it is not evaluated further, so that nothing of it can be disclosed. */
  readonly isFor: boolean
  readonly lacks: readonly Lack[]
  readonly open: boolean
  /** When a closed rule opens next, epoch milliseconds. */
  readonly opensAtMs?: number | undefined
  /** The reason of the freeze in force. */
  readonly reason?: string | undefined
}

interface Dimension {
  readonly field: keyof PolicyRule
  readonly allows: (rule: PolicyRule, request: PolicyRequest, origin: Origin) => boolean
  readonly says: (request: PolicyRequest, origin: Origin, rule: PolicyRule) => string
}

const oneOf = (allowed: readonly string[] | undefined, value: string): boolean =>
  allowed === undefined || allowed.includes(value)
const anyOr = (allowed: readonly string[], value: string): boolean => allowed.includes(ANY) || allowed.includes(value)

const listOf = (given: string | readonly string[]): readonly string[] => (typeof given === 'string' ? [given] : given)

const DEFAULT_ACTIONS: readonly RequestAction[] = ['attach']
const DEFAULT_ROUTE_TABLES: readonly string[] = ['default', 'none']
const DEFAULT_VPC_ROUTES: readonly string[] = ['private', 'none']

const actionOf = ({ action = 'attach' }: PolicyRequest): RequestAction => action

/**
 * The route tables that a request asks for and the rule does not name. A request that names none asks for `default`; a CCN
 * and a detach have none.
 */
function deniedTables(rule: PolicyRule, request: PolicyRequest): readonly string[] {
  if (actionOf(request) !== 'attach' || request.attachment.childInstanceType === 'CCN') return []
  const { associationRouteTableId = 'default', propagationRouteTableIds = 'default' } = request.options ?? {}
  const allowed = rule.routeTableIds ?? DEFAULT_ROUTE_TABLES
  const asked = [associationRouteTableId, ...listOf(propagationRouteTableIds)]
  return [...new Set(asked.filter((id) => !anyOr(allowed, id)))]
}

/**
 * The routes that a request asks for and the rule does not cover: a block is covered by a block that contains it, `private`
 * stands for its three blocks. A request that names none asks for `private`; only an attach of a VPC has routes.
 */
function deniedRoutes(rule: PolicyRule, request: PolicyRequest): readonly string[] {
  if (actionOf(request) !== 'attach' || request.attachment.childInstanceType !== 'VPC') return []
  const vpcRoutes: readonly string[] = rule.vpcRoutes ?? DEFAULT_VPC_ROUTES
  const asked = listOf(request.options?.vpcRoutes ?? 'private').filter((route) => !vpcRoutes.includes(route))
  if (asked.length === 0) return asked
  const blocks = blocksOf(vpcRoutes).flatMap((block) => readCidr(block) ?? [])
  const isCovered = (text: string) => {
    const cidr = readCidr(text)
    return cidr !== undefined && blocks.some((block) => contains(block, cidr))
  }
  return asked.filter((route) => !blocksOf([route]).every(isCovered))
}

const blocksOf = (routes: readonly string[]): readonly string[] =>
  routes.flatMap((route) => (route === 'private' ? PRIVATE_BLOCKS : [route]))

const DIMENSIONS: readonly Dimension[] = [
  {
    field: 'queues',
    allows: ({ queues }, _, { queueArn }) => queues === undefined || queues.some((queue) => isQueue(queue, queueArn)),
    says: (_, { queueArn }) => `queue ${queueArn ?? 'unknown'}`,
  },
  {
    field: 'cenIds',
    allows: ({ cenIds }, { attachment }) => anyOr(cenIds, attachment.cenId),
    says: ({ attachment }) => attachment.cenId,
  },
  {
    field: 'ownerIds',
    allows: ({ ownerIds }, { attachment }) => anyOr(ownerIds, attachment.childInstanceOwnerId ?? CEN_OWNER),
    says: ({ attachment: { childInstanceOwnerId: owner } }) =>
      owner === undefined ? "networks of the CEN's own account" : `networks of account ${owner}`,
  },
  {
    field: 'regionIds',
    allows: ({ regionIds }, { attachment }) => oneOf(regionIds, attachment.childInstanceRegionId),
    says: ({ attachment }) => `region ${attachment.childInstanceRegionId}`,
  },
  {
    field: 'childInstanceTypes',
    allows: ({ childInstanceTypes }, { attachment }) => oneOf(childInstanceTypes, attachment.childInstanceType),
    says: ({ attachment }) => `type ${attachment.childInstanceType}`,
  },
  {
    field: 'actions',
    allows: ({ actions = DEFAULT_ACTIONS }, request) => actions.includes(actionOf(request)),
    says: (request) => `the action ${actionOf(request)}`,
  },
  {
    field: 'routeTableIds',
    allows: (rule, request) => deniedTables(rule, request).length === 0,
    says: (request, _, rule) => `route table ${deniedTables(rule, request).join(', ')}`,
  },
  {
    field: 'vpcRoutes',
    allows: (rule, request) => deniedRoutes(rule, request).length === 0,
    says: (request, _, rule) => `VPC routes ${deniedRoutes(rule, request).join(', ')}`,
  },
  {
    field: 'dryRunOnly',
    allows: ({ dryRunOnly }, { dryRun }) => dryRunOnly !== true || dryRun === true,
    says: () => 'more than a dry run',
  },
]

/** Evaluates one rule. `freezes`: those of the whole policy. */
export function evaluateRule(
  rule: PolicyRule,
  freezes: Schedule['freezes'],
  request: PolicyRequest,
  origin: Origin,
  nowMs: number,
): RuleEvaluation {
  if (!isFor(rule, origin)) return { id: rule.id, isFor: false, lacks: [], open: false }
  const schedule = { windows: rule.windows, freezes: [...freezes, ...(rule.freezes ?? [])] }
  const open = isOpenAt(schedule, nowMs)
  return {
    id: rule.id,
    isFor: true,
    lacks: DIMENSIONS.filter(({ allows }) => !allows(rule, request, origin)).map(({ field, says }) => ({
      field,
      says: says(request, origin, rule),
    })),
    open,
    ...(!open && {
      opensAtMs: opensAtMs(schedule, nowMs),
      reason: schedule.freezes.find((freeze) => isWithin(freeze, nowMs))?.reason,
    }),
  }
}

/** A rule is for the senders or topics that it names; if it names neither, for every message on its queues. */
function isFor({ senders, topics, queues = [] }: PolicyRule, { senderId, topicArn, queueArn }: Origin): boolean {
  if (senders) return senders.some((sender) => isSender(sender, senderId))
  if (topics) return topicArn !== undefined && topics.includes(topicArn)
  return queues.some((queue) => isQueue(queue, queueArn))
}

/** A star ends a session name and stands for the rest of it; the part before the colon must match exactly. */
function isSender(sender: string, senderId: string | undefined): boolean {
  if (sender === ANY) return true
  if (senderId === undefined) return false
  return sender.endsWith(ANY) ? senderId.startsWith(sender.slice(0, -1)) : senderId === sender
}

/** A rule names a queue by its ARN or by the last part of it. */
const isQueue = (queue: string, queueArn: string | undefined): boolean =>
  queueArn !== undefined && (queueArn === queue || queueArn.split(':')[5] === queue)
