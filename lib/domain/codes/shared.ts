/** Answers of the actions of both editions: grants, roles, and those of any action. */
import { type ActionCodes, seen } from './row.js'

// biome-ignore format: a table is read by the row
export const SHARED_CODES: readonly ActionCodes[] = [
  // Documented: the error tables of GrantInstanceToCen (Vpc 2016-04-28) and GrantInstanceToCbn (Smartag 2018-03-13).
  // Assumed: GrantInstanceToTransitRouter answers alike.
  { actions: ['GrantInstanceToCen', 'GrantInstanceToCbn', 'GrantInstanceToTransitRouter'], during: 'attach', rows: [
    { code: 'DuplicatedGrantRule', http: 400, documented: false, kind: 'already-granted', message: '', advice: 'The grant is there already; this counts as success.' },
    { code: 'InstanceExist', http: 400, documented: false, kind: 'already-granted', message: '', advice: 'The grant is there already; this counts as success.' },
    { code: 'InvalidInstanceId.NotFound', http: 404, documented: false, kind: 'rejected', message: '', advice: 'The account does not own this child instance in this region.' },
  ] },
  // terraform-provider-alicloud, resource_alicloud_cen_instance_grant.go; the second code is assumed.
  { actions: ['RevokeInstanceFromCen', 'RevokeInstanceFromCbn', 'RevokeInstanceFromTransitRouter'], during: 'detach', rows: [
    seen('InvalidInstanceId.NotFound', 'absent', 'There is no grant to take back; this is an answer, not a failure.', 404),
    seen('OperationFailed.GrantCrossAccountNotExist', 'absent', 'There is no grant to take back; this is an answer, not a failure.'),
    seen('InvalidOperation.AttachedChildInstanceExist', 'busy', 'The attachment does not show as gone yet; retried.'),
  ] },
  { actions: ['AssumeRole', 'AssumeRoleWithOIDC'], rows: [
    { code: 'EntityNotExist.Role', http: 404, documented: false, kind: 'unauthorized', message: '', advice: 'The role to be assumed does not exist in that account.' },
  ] },
  { actions: 'any', rows: [
    { code: 'Operation.Blocking', http: 400, documented: false, kind: 'busy', message: '', advice: 'Another operation on the CEN is running; retried.' },
    { code: 'InvalidOperation.CenInstanceStatus', http: 409, documented: false, kind: 'busy', message: '', advice: 'The CEN is being changed; retried.' },
    { code: 'InvalidOperation.ChildInstanceStatus', http: 409, documented: false, kind: 'busy', message: '', advice: 'The child instance is being changed; retried.' },
    { code: 'InstanceStatus.NotSupport', http: 400, documented: false, kind: 'busy', message: '', advice: 'The instance\'s status does not support the operation now; retried.' },
    seen('Unauthorized', 'unauthorized', 'RAM denies {action}: give the identity that calls it this right (docs/permissions.md).'),
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
    { code: 'NoPermission', http: 403, documented: false, kind: 'unauthorized', message: '', advice: 'RAM denies {action}: give the identity that calls it this right (docs/permissions.md).' },
    { code: 'Forbidden.RAM', http: 403, documented: false, kind: 'unauthorized', message: '', advice: 'RAM denies {action}: give the identity that calls it this right (docs/permissions.md).' },
  ] },
]
