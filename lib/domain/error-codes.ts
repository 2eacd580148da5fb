/** What each answer of an API means: data, by action and code. lib/reconcile/decision/retry-policy.ts holds what is done about a kind. */
import type { RequestAction } from './attachment.js'
import { BASIC_CODES } from './codes/basic.js'
import { ENTERPRISE_CODES } from './codes/enterprise.js'
import { FUNCTION_CODES, OWN_CODES, TRANSPORT_CODES } from './codes/own.js'
import type { ActionCodes, ErrorCodeRow, FailureKind } from './codes/row.js'
import { SHARED_CODES } from './codes/shared.js'

export {
  type ActionCodes,
  adviceOf,
  type DeadLetterReason,
  type ErrorCodeRow,
  FAILURE_KINDS,
  type FailureKind,
  KIND_MEANINGS,
  REPORTED_KINDS,
} from './codes/row.js'
export { FUNCTION_CODES, OWN_CODES, TRANSPORT_CODES }

/** Answers of Alibaba's APIs by action. A code means what the rows of its action say, else what any row says. */
export const API_CODES: readonly ActionCodes[] = [...BASIC_CODES, ...ENTERPRISE_CODES, ...SHARED_CODES]

export interface PrefixRule {
  readonly prefix: string
  readonly kind: FailureKind
}

/** For codes that no row lists, first match wins. */
export const PREFIX_RULES: readonly PrefixRule[] = [
  { prefix: 'Throttling', kind: 'throttled' },
  { prefix: 'IncorrectStatus', kind: 'busy' },
  { prefix: 'INCORRECT_STATUS', kind: 'busy' },
  { prefix: 'InvalidStatus', kind: 'busy' },
  { prefix: 'NoPermission', kind: 'unauthorized' },
  { prefix: 'InvalidParameter', kind: 'rejected' },
  { prefix: 'MissingParam', kind: 'rejected' },
  { prefix: 'ParamExclusive', kind: 'rejected' },
  { prefix: 'IllegalParam', kind: 'rejected' },
  { prefix: 'ParameterIllegal', kind: 'rejected' },
  { prefix: 'QuotaExceeded', kind: 'rejected' },
  { prefix: 'QuotaFull', kind: 'rejected' },
  { prefix: 'InsufficientIpAddr', kind: 'rejected' },
  { prefix: 'OperationUnsupported', kind: 'rejected' },
  { prefix: 'OperationNotSupport', kind: 'rejected' },
  { prefix: 'InvalidSecurityToken', kind: 'credentials' },
  { prefix: 'InvalidAccessKeyId', kind: 'credentials' },
]

/** A row with the actions that it is of. */
export type CodeOfActions = ErrorCodeRow & Pick<ActionCodes, 'actions'>

/** Every row with the actions that it is of. */
export const ALL_CODES: readonly CodeOfActions[] = [
  ...API_CODES,
  ...[OWN_CODES, TRANSPORT_CODES, FUNCTION_CODES].map((rows): ActionCodes => ({ actions: 'any', rows })),
].flatMap(({ actions, during, rows }) => rows.map((row) => ({ ...row, ...(during && { during }), actions })))

/** True if a request with this action can meet the row. */
export const isMetBy = (action: RequestAction, { during }: Pick<ErrorCodeRow, 'during'>): boolean =>
  during === undefined || during === action
