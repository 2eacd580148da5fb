/** What each answer of an API means: data, by action and code. lib/reconcile/retry-policy.ts holds what is done about a kind. */

/** Kinds that a result can report. */
export const REPORTED_KINDS = [
  'busy',
  'not-ready',
  'throttled',
  'unavailable',
  'already-attached',
  'not-granted',
  'unauthorized',
  'credentials',
  'rejected',
  'unknown',
] as const

/** The last two are answers that an API gives as errors; they end no request. */
export const FAILURE_KINDS = [...REPORTED_KINDS, 'absent', 'already-granted'] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

/** Why a message is dead-lettered. */
export type DeadLetterReason = 'rejected' | 'expired' | 'invalid-request' | 'forbidden' | 'unknown'

export interface ErrorCodeRow {
  /** As the API spells it; `Forbbiden` and `Pubilsh` are its real spellings. */
  readonly code: string
  /** The HTTP status that it was seen with; it does not tell failures apart. Absent if no server sent it. */
  readonly http?: number
  /** True if the page of AttachCenChildInstance lists it. */
  readonly documented: boolean
  readonly kind: FailureKind
  /** The API's message; empty if it is not known. */
  readonly message: string
  /** What it means for the requester, and what to do. */
  readonly advice: string
  /** The dead letter's reason if it is not that of the kind. */
  readonly reason?: DeadLetterReason
}

/** Kinds in words, for `cen-attach codes` and the docs. */
export const KIND_MEANINGS: Readonly<Record<FailureKind, string>> = {
  busy: 'another change is in flight on the CEN, the VPC or a vSwitch; seconds to a minute',
  'not-ready': 'a resource is being created or upgraded; minutes',
  throttled: 'the API rate limit is reached',
  unavailable: 'a 5xx, a page that is not the API, a reset, a timeout: whether it had an effect is not known',
  'already-attached': 'the child is attached already: to this CEN, which is success, or to another one',
  absent: 'a reading found nothing: the answer to it, never a failure of a request',
  'not-granted': 'the owner account has not authorised the CEN',
  'already-granted': 'the grant is there already: success of the grant, never a failure of a request',
  unauthorized: 'RAM refuses this call for this CEN or child; other requests may pass',
  credentials: 'the credentials or settings of cen-attach itself are bad or expired',
  rejected: 'no retry can help',
  unknown: 'not in this table',
}

export interface ActionCodes {
  /** The actions whose answers these are, as the API names them; `any`: of every action. */
  readonly actions: readonly string[] | 'any'
  readonly rows: readonly ErrorCodeRow[]
}

/** Answers of Alibaba's APIs by action. A code means what the rows of its action say, else what any row says. */
// biome-ignore format: a table is read by the row
export const API_CODES: readonly ActionCodes[] = [
  // Documented: the page of AttachCenChildInstance (Cbn 2017-09-12).
  { actions: ['AttachCenChildInstance'], rows: [
    { code: 'Forbbiden.AttachChildInstanceAcrossBid', http: 400, documented: true, kind: 'rejected', message: 'Operation is invalid, please apply for cross-bid attaching.', advice: 'The two accounts belong to different business sites; apply to Alibaba Cloud for cross-BID attaching.' },
    { code: 'IncorrectStatus.VpcSwitch', http: 400, documented: true, kind: 'busy', message: 'Operation is failed because some virtual switch is modifying within the same VPC.', advice: 'A vSwitch of the VPC is changing; retried.' },
    { code: 'Forbbiden.CloudBoxVSwitchExist', http: 400, documented: true, kind: 'rejected', message: 'The operation is not allowed because of cloud box vswitch existed.', advice: 'A vSwitch of the VPC belongs to a CloudBox; such a VPC cannot be attached.' },
    { code: 'OperationFailed.InvalidVpcStatus', http: 400, documented: true, kind: 'busy', message: 'Operation is failed because the child-instance is configuring.', advice: 'The child instance is being configured; retried.' },
    { code: 'OperationFailed.InvalidTransitRouter', http: 400, documented: true, kind: 'rejected', message: 'Operation failed because the transit router is not supported.', advice: 'The region has an Enterprise Edition transit router; use CreateTransitRouterVpcAttachment instead.' },
    { code: 'OperationUnsupported.CenFullLevel', http: 400, documented: true, kind: 'rejected', message: 'CEN full level does not support vpn bgp.', advice: 'CEN instances in FULL mode do not support BGP for VPN gateways.' },
    { code: 'IncorrectStatus.VpcRouteTable', http: 400, documented: true, kind: 'busy', message: 'The VPC route table is not in a desired state.', advice: 'The VPC route table is changing; retried.' },
    { code: 'InvalidOperation.VbrAttachedToEcr', http: 400, documented: true, kind: 'rejected', message: 'VBR has alreay attached to ECR.', advice: 'Detach the VBR from its Express Connect Router first.' },
    { code: 'OperationUnsupported.VpcRoutePropagationSource', http: 400, documented: true, kind: 'rejected', message: 'The operation on this VPC route propagation source is not supported.', advice: 'The VPC has a route propagation source that CEN does not support.' },
    { code: 'InvalidStatus.ResourceStatus', http: 400, documented: true, kind: 'busy', message: 'The resource is not in a valid state for the attachment operation.', advice: 'The resource is changing; retried.' },
    { code: 'IncorrectStatus.TransitRouter', http: 400, documented: true, kind: 'not-ready', message: 'The status of TransitRouter is incorrect.', advice: 'The transit router is being created or upgraded; retried in minutes.' },
    { code: 'InvalidParameter', http: 400, documented: true, kind: 'rejected', message: 'Invalid parameter.', advice: 'Check the request\'s ids, type and region.' },
    { code: 'Unauthorized', http: 400, documented: true, kind: 'unauthorized', message: 'The AccessKeyId is unauthorized.', advice: 'Give the worker\'s identity cen:AttachCenChildInstance on the CEN and on the child instance.' },
    { code: 'Forbidden.AttachChildInstance', http: 403, documented: true, kind: 'rejected', message: 'The attached VBR on some access device models are not supported. Please submit a ticket to continue using this VBR on CEN.', advice: 'The VBR\'s access device is not supported; submit a ticket.' },
    { code: 'Bid.NotFound', http: 404, documented: true, kind: 'rejected', message: 'Not found childInstance Bid by specified AliUid.', advice: 'childInstanceOwnerId is not an account that exists; correct it.' },
    { code: 'Operation.FailedAndTryAgain', http: 404, documented: true, kind: 'busy', message: 'Fail to get customer label by the specified aliUid.', advice: 'A look-up of the account failed; retried a bounded number of times, since a wrong account id may answer the same.' },
    { code: 'InvalidOperation.ChildInstanceRIAlreadyExist', http: 409, documented: true, kind: 'rejected', message: 'Operation is invalid because the child-instance has already been attached to Express Connect.', advice: 'Remove the child instance from Express Connect first.' },
    { code: 'Forbbiden.AttachChildInstanceAcrossUid', http: 409, documented: true, kind: 'not-granted', message: 'Operation is invalid because the child-instance is not authorized to CEN.', advice: 'The owner account must grant the CEN: GrantInstanceToCen for a VPC or VBR, GrantInstanceToCbn for a CCN.' },
    { code: 'InvalidOperation.ChildInstanceAlreadyAttached', http: 409, documented: true, kind: 'already-attached', message: 'Operation is invalid because the child-instance has already been attached to another CEN.', advice: 'Detach it from the other CEN first.' },
    { code: 'InvalidOperation.CenAlreadyAutoPubilshRouteToInstance', http: 409, documented: true, kind: 'rejected', message: 'Operation is invalid because other cen has already auto published route to this instance.', advice: 'Withdraw the routes that another CEN publishes to this instance.' },
    { code: 'IllegalParam.RegionId', http: 400, documented: true, kind: 'rejected', message: '', advice: 'childInstanceRegionId is not a region of this product.' },
    { code: 'Operation.Blocking', http: 400, documented: false, kind: 'busy', message: '', advice: 'Another operation on the CEN is running; retried.' },
    { code: 'InvalidOperation.CenInstanceStatus', http: 409, documented: false, kind: 'busy', message: '', advice: 'The CEN is being changed; retried.' },
    { code: 'InvalidOperation.ChildInstanceStatus', http: 409, documented: false, kind: 'busy', message: '', advice: 'The child instance is being changed; retried.' },
    { code: 'ParameterCenInstanceId', http: 400, documented: false, kind: 'rejected', message: '', advice: 'The CEN does not exist.' },
    { code: 'ParameterInstanceId', http: 400, documented: false, kind: 'rejected', message: '', advice: 'The child instance does not exist.' },
  ] },
  // terraform-provider-alicloud, service_alicloud_cbn.go:409 and service_alicloud_cen.go: nothing is attached.
  { actions: ['DescribeCenAttachedChildInstanceAttribute', 'DescribeCenAttachedChildInstances'], rows: [
    { code: 'ParameterInstanceId', http: 400, documented: false, kind: 'absent', message: '', advice: 'Nothing is attached; this is an answer, not a failure.' },
    { code: 'ParameterCenInstanceId', http: 400, documented: false, kind: 'absent', message: '', advice: 'There is no such CEN, so nothing is attached to it; this is an answer, not a failure.' },
    { code: 'ParameterCenId', http: 400, documented: false, kind: 'absent', message: '', advice: 'There is no such CEN, so nothing is attached to it; this is an answer, not a failure.' },
    { code: 'InvalidCenInstanceId.NotFound', http: 400, documented: false, kind: 'absent', message: '', advice: 'There is no such CEN, so nothing is attached to it; this is an answer, not a failure.' },
    { code: 'ParameterError', http: 400, documented: false, kind: 'absent', message: '', advice: 'Nothing is attached; this is an answer, not a failure.' },
  ] },
  // Documented: the error tables of GrantInstanceToCen (Vpc 2016-04-28) and GrantInstanceToCbn (Smartag 2018-03-13).
  { actions: ['GrantInstanceToCen', 'GrantInstanceToCbn'], rows: [
    { code: 'DuplicatedGrantRule', http: 400, documented: false, kind: 'already-granted', message: '', advice: 'The grant is there already; this counts as success.' },
    { code: 'InstanceExist', http: 400, documented: false, kind: 'already-granted', message: '', advice: 'The grant is there already; this counts as success.' },
    { code: 'InvalidInstanceId.NotFound', http: 404, documented: false, kind: 'rejected', message: '', advice: 'The account does not own this child instance in this region.' },
  ] },
  { actions: ['AssumeRole', 'AssumeRoleWithOIDC'], rows: [
    { code: 'EntityNotExist.Role', http: 404, documented: false, kind: 'unauthorized', message: '', advice: 'The role to be assumed does not exist in that account.' },
  ] },
  { actions: 'any', rows: [
    { code: 'InstanceStatus.NotSupport', http: 400, documented: false, kind: 'busy', message: '', advice: 'The instance\'s status does not support the operation now; retried.' },
    { code: 'TaskConflict', http: 409, documented: false, kind: 'busy', message: '', advice: 'Another task is running; retried.' },
    { code: 'OperationFailed.TaskConflict', http: 409, documented: false, kind: 'busy', message: '', advice: 'Another task is running; retried.' },
    { code: 'TokenProcessing', http: 400, documented: false, kind: 'busy', message: '', advice: 'The same request is being processed; retried.' },
    { code: 'LOCK_ERROR', http: 400, documented: false, kind: 'busy', message: '', advice: 'A lock is held; retried.' },
    { code: 'UnknownError', http: 400, documented: false, kind: 'unavailable', message: '', advice: 'The service failed; state is read, then retried.' },
    { code: 'InternalError', http: 500, documented: false, kind: 'unavailable', message: '', advice: 'The service failed; state is read, then retried.' },
    { code: 'ServiceUnavailable', http: 503, documented: false, kind: 'unavailable', message: '', advice: 'The service is unavailable; state is read, then retried.' },
    { code: 'Rejected.Throttling', http: 429, documented: false, kind: 'throttled', message: '', advice: 'API rate limit; retried.' },
    { code: 'InvalidAccessKeyId.NotFound', http: 404, documented: false, kind: 'credentials', message: '', advice: 'The access key does not exist.' },
    { code: 'SignatureDoesNotMatch', http: 400, documented: false, kind: 'credentials', message: '', advice: 'The access key secret is wrong.' },
    { code: 'InvalidSecurityToken.Expired', http: 400, documented: false, kind: 'credentials', message: '', advice: 'The session token expired; refreshed once, then the worker pauses.' },
    { code: 'NoPermission', http: 403, documented: false, kind: 'unauthorized', message: '', advice: 'RAM denies the call.' },
    { code: 'Forbidden.RAM', http: 403, documented: false, kind: 'unauthorized', message: '', advice: 'RAM denies the call.' },
  ] },
]

/** Codes of the worker itself. */
// biome-ignore format: a table is read by the row
export const OWN_CODES: readonly ErrorCodeRow[] = [
  { code: 'RequestInvalid', documented: false, kind: 'rejected', message: '', advice: 'The message cannot be read as a request; the faults are listed.', reason: 'invalid-request' },
  { code: 'RequestExpired', documented: false, kind: 'rejected', message: '', advice: 'notAfter has passed; ask again if it is still wanted.', reason: 'expired' },
  { code: 'AttachNotVisible', documented: false, kind: 'unknown', message: '', advice: 'The API accepted the attach and the CEN never showed it: look at the CEN in the console, open a ticket with the API request ids of the log, then ask again.', reason: 'unknown' },
  { code: 'PolicyDenied', documented: false, kind: 'rejected', message: '', advice: 'Correct the request, or ask the keepers of the attachment policy for a rule; cen-attach policy explain says what is missing.', reason: 'forbidden' },
]

/** Codes of calls that no API answered: their outcome is not known. */
// biome-ignore format: a table is read by the row
export const TRANSPORT_CODES: readonly ErrorCodeRow[] = [
  { code: 'RequestTimeout', documented: false, kind: 'unavailable', message: '', advice: 'No answer in time; state is read, then retried.' },
  { code: 'ConnectionFailed', documented: false, kind: 'unavailable', message: '', advice: 'The connection failed or was cut; state is read, then retried.' },
  { code: 'UnreadableAnswer', documented: false, kind: 'unavailable', message: '', advice: 'The answer was not the API\'s (a proxy page, an empty body, too many bytes, a list that does not end, a count that cannot be); state is read, then retried.' },
  { code: 'CertificateUnreachable', documented: false, kind: 'unavailable', message: '', advice: 'The certificate that signs a topic\'s notifications could not be fetched, so its sender is not proved yet; the worker needs https to sns.REGION.amazonaws.com.' },
  { code: 'CredentialsUnavailable', documented: false, kind: 'credentials', message: '', advice: 'No Alibaba Cloud credentials could be had; check the ALIBABA_CLOUD_* settings.' },
  { code: 'CredentialsSecretUnavailable', documented: false, kind: 'credentials', message: '', advice: 'The secret with the Alibaba keys could not be read; check ALIBABA_CLOUD_CREDENTIALS_SECRET, what it holds, and that AWS lets it be read (secretsmanager:GetSecretValue).' },
  { code: 'OidcTokenUnavailable', documented: false, kind: 'credentials', message: '', advice: 'No OIDC token could be had; check ALIBABA_CLOUD_OIDC_TOKEN_FILE, or that AWS may give one (sts:GetWebIdentityToken).' },
]

/** Codes of the function that calls the APIs for the worker (`ATTACHER=fc`): of an invocation, never of a request. */
// biome-ignore format: a table is read by the row
export const FUNCTION_CODES: readonly ErrorCodeRow[] = [
  { code: 'FunctionThrottled', documented: false, kind: 'throttled', message: '', advice: 'Function Compute runs no more instances or invocations at once; retried.' },
  { code: 'FunctionFailed', documented: false, kind: 'unavailable', message: '', advice: 'The function crashed, ran out of time, or Function Compute failed; state is read, then retried. See the function\'s log.' },
  { code: 'FunctionUncallable', documented: false, kind: 'credentials', message: '', advice: 'Function Compute refuses the invocation; check the ATTACHER_FC_* settings, and that the identity of cen-attach may fc:InvokeFunction.' },
  { code: 'FunctionMismatch', documented: false, kind: 'credentials', message: '', advice: 'The function does not speak this version of the protocol; deploy worker and function from one version.' },
  { code: 'FunctionMisconfigured', documented: false, kind: 'credentials', message: '', advice: 'The function\'s own settings or its RAM role are missing or wrong.' },
  { code: 'GrantRoleUnset', documented: false, kind: 'unauthorized', message: '', advice: 'Set GRANT_ROLE_NAME for the function, too.' },
  { code: 'FunctionArgumentsInvalid', documented: false, kind: 'rejected', message: '', advice: 'The function takes this attachment for invalid; deploy worker and function from one version.', reason: 'invalid-request' },
]

export interface PrefixRule {
  readonly prefix: string
  readonly kind: FailureKind
}

/** For codes that no row lists, first match wins. */
export const PREFIX_RULES: readonly PrefixRule[] = [
  { prefix: 'Throttling', kind: 'throttled' },
  { prefix: 'IncorrectStatus', kind: 'busy' },
  { prefix: 'InvalidStatus', kind: 'busy' },
  { prefix: 'InvalidParameter', kind: 'rejected' },
  { prefix: 'MissingParameter', kind: 'rejected' },
  { prefix: 'IllegalParam', kind: 'rejected' },
  { prefix: 'ParameterIllegal', kind: 'rejected' },
  { prefix: 'QuotaExceeded', kind: 'rejected' },
  { prefix: 'InvalidSecurityToken', kind: 'credentials' },
  { prefix: 'InvalidAccessKeyId', kind: 'credentials' },
]

/** Every row with the actions that it is of. */
export const ALL_CODES: readonly (ErrorCodeRow & Pick<ActionCodes, 'actions'>)[] = [
  ...API_CODES,
  ...[OWN_CODES, TRANSPORT_CODES, FUNCTION_CODES].map((rows): ActionCodes => ({ actions: 'any', rows })),
].flatMap(({ actions, rows }) => rows.map((row) => ({ ...row, actions })))
