/** Answers of the actions of both editions: grants, roles, and those of any action. */
import { type ActionCodes, seen } from './row.js'

// biome-ignore format: a table is read by the row
export const SHARED_CODES: readonly ActionCodes[] = [
  // Documented: the error tables of GrantInstanceToCen (Vpc 2016-04-28) and GrantInstanceToCbn (Smartag 2018-03-13).
  // Assumed: GrantInstanceToTransitRouter answers alike.
  { actions: ['GrantInstanceToCen', 'GrantInstanceToCbn', 'GrantInstanceToTransitRouter'], during: 'attach', rows: [
    seen('DuplicatedGrantRule', 'already-granted', 'The grant is there already; this counts as success.'),
    seen('InstanceExist', 'already-granted', 'The grant is there already; this counts as success.'),
    seen('InvalidInstanceId.NotFound', 'rejected', 'The account does not own this child instance in this region.', 404),
  ] },
  // terraform-provider-alicloud, resource_alicloud_cen_instance_grant.go; the second code is assumed.
  { actions: ['RevokeInstanceFromCen', 'RevokeInstanceFromCbn', 'RevokeInstanceFromTransitRouter'], during: 'detach', rows: [
    seen('InvalidInstanceId.NotFound', 'absent', 'There is no grant to take back; this is an answer, not a failure.', 404),
    seen('OperationFailed.GrantCrossAccountNotExist', 'absent', 'There is no grant to take back; this is an answer, not a failure.'),
    seen('InvalidOperation.AttachedChildInstanceExist', 'busy', 'The attachment does not show as gone yet; retried.'),
  ] },
  { actions: ['AssumeRole', 'AssumeRoleWithOIDC'], rows: [
    seen('EntityNotExist.Role', 'unauthorized', 'The role to be assumed does not exist in that account.', 404),
  ] },
  { actions: 'any', rows: [
    seen('Operation.Blocking', 'busy', 'Another operation on the CEN is running; retried.'),
    seen('InvalidOperation.CenInstanceStatus', 'busy', 'The CEN is being changed; retried.', 409),
    seen('InvalidOperation.ChildInstanceStatus', 'busy', 'The child instance is being changed; retried.', 409),
    seen('InstanceStatus.NotSupport', 'busy', 'The instance\'s status does not support the operation now; retried.'),
    seen('Unauthorized', 'unauthorized', 'RAM denies {action}: give the identity that calls it this right (docs/permissions.md).'),
    seen('TaskConflict', 'busy', 'Another task is running; retried.', 409),
    seen('OperationFailed.TaskConflict', 'busy', 'Another task is running; retried.', 409),
    seen('TokenProcessing', 'busy', 'The same request is being processed; retried.'),
    seen('LOCK_ERROR', 'busy', 'A lock is held; retried.'),
    seen('UnknownError', 'unavailable', 'The service failed; state is read, then retried.'),
    seen('InternalError', 'unavailable', 'The service failed; state is read, then retried.', 500),
    seen('ServiceUnavailable', 'unavailable', 'The service is unavailable; state is read, then retried.', 503),
    seen('Rejected.Throttling', 'throttled', 'API rate limit; retried.', 429),
    seen('InvalidAccessKeyId.NotFound', 'credentials', 'The access key does not exist.', 404),
    seen('SignatureDoesNotMatch', 'credentials', 'The access key secret is wrong.'),
    seen('InvalidSecurityToken.Expired', 'credentials', 'The session token expired; refreshed once, then the worker pauses.'),
    seen('NoPermission', 'unauthorized', 'RAM denies {action}: give the identity that calls it this right (docs/permissions.md).', 403),
    seen('Forbidden.RAM', 'unauthorized', 'RAM denies {action}: give the identity that calls it this right (docs/permissions.md).', 403),
  ] },
]
