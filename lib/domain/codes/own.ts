/** Codes that no API of Alibaba Cloud answers: those of the worker, of the wire and of the function. */
import { type ErrorCodeRow, own } from './row.js'

/** Codes of the worker itself. */
// biome-ignore format: a table is read by the row
export const OWN_CODES: readonly ErrorCodeRow[] = [
  own('RequestInvalid', 'rejected', 'The message cannot be read as a request; the faults are listed.', { reason: 'invalid-request' }),
  own('NotSent', 'busy', 'No time was left to send the call; the next delivery sends it, unless notAfter has passed by then.'),
  own('RequestExpired', 'rejected', 'notAfter has passed; ask again if it is still wanted.', { reason: 'expired' }),
  own('AttachNotVisible', 'unknown', 'The API accepted the attach and the CEN never showed it: look at the CEN in the console, open a ticket with the API request ids of the log, then ask again.', { reason: 'unknown', during: 'attach' }),
  own('PolicyDenied', 'rejected', 'Correct the request, or ask the keepers of the attachment policy for a rule; cen-attach policy explain says what is missing.', { reason: 'forbidden' }),
  own('OwnerMismatch', 'rejected', 'The network in the CEN belongs to another account than the request names: put its owner into childInstanceOwnerId (none: the account of the CEN). The policy decides by that owner, so nothing was done.'),
  own('TransitRouterMissing', 'rejected', 'The region has no transit router, and TRANSIT_ROUTER is existing: create one (aliyun cbn CreateTransitRouter --CenId ID --RegionId REGION --region REGION), or set TRANSIT_ROUTER=create; then ask again.', { during: 'attach' }),
  own('NoUsableZone', 'rejected', 'No zone of the transit router has an available vSwitch of the VPC with a free address: create a small vSwitch in one of the zones that the message names, then ask again.', { during: 'attach' }),
  own('RoutingConflict', 'rejected', 'The network is routed in another way than asked, and cen-attach replaces nothing: remove what the message names, or ask for what is there (zoneMappings, associationRouteTableId, propagationRouteTableIds, vpcRoutes; none leaves it alone).', { during: 'attach' }),
  own('Superseded', 'rejected', 'The attachment was made after this detach was sent, so it is left alone; if it has to go, ask for the detach again.', { during: 'detach' }),
  own('DetachBlocked', 'blocked', 'Remove what the message names, by the commands that it gives, then ask again.', { during: 'detach' }),
  own('DetachNotVisible', 'unknown', 'The API accepted the detach and the attachment stayed: open the CEN in the console, open a ticket with the API request ids of the log, then ask again.', { reason: 'unknown', during: 'detach' }),
]

/** Codes of calls that no API answered: their outcome is not known. */
// biome-ignore format: a table is read by the row
export const TRANSPORT_CODES: readonly ErrorCodeRow[] = [
  own('RequestTimeout', 'unavailable', 'No answer in time; state is read, then retried.'),
  own('ConnectionFailed', 'unavailable', 'The connection failed or was cut; state is read, then retried.'),
  own('UnreadableAnswer', 'unavailable', 'The answer was not the API\'s (a proxy page, an empty body, too many bytes, a list that does not end, a count that cannot be); state is read, then retried.'),
  own('CertificateUnreachable', 'unavailable', 'The certificate that signs a topic\'s notifications could not be fetched, so its sender is not proved yet; the worker needs https to sns.REGION.amazonaws.com.'),
  own('CredentialsUnavailable', 'credentials', 'No Alibaba Cloud credentials could be had; check the ALIBABA_CLOUD_* settings.'),
  own('CredentialsSecretUnavailable', 'credentials', 'The secret with the Alibaba keys could not be read; check ALIBABA_CLOUD_CREDENTIALS_SECRET, what it holds, and that AWS lets it be read (secretsmanager:GetSecretValue).'),
  own('OidcTokenUnavailable', 'credentials', 'No OIDC token could be had; check ALIBABA_CLOUD_OIDC_TOKEN_FILE, or that AWS may give one (sts:GetWebIdentityToken).'),
]

/** Codes of the function that calls the APIs for the worker (`ATTACHER=fc`): of an invocation, never of a request. */
// biome-ignore format: a table is read by the row
export const FUNCTION_CODES: readonly ErrorCodeRow[] = [
  own('FunctionThrottled', 'throttled', 'Function Compute runs no more instances or invocations at once; retried.'),
  own('FunctionFailed', 'unavailable', 'The function crashed, ran out of time, or Function Compute failed; state is read, then retried. See the function\'s log.'),
  own('FunctionUncallable', 'credentials', 'Function Compute refuses the invocation; check the ATTACHER_FC_* settings, and that the identity of cen-attach may fc:InvokeFunction.'),
  own('FunctionMismatch', 'credentials', 'The function does not speak this version of the protocol; deploy worker and function from one version.'),
  own('FunctionMisconfigured', 'credentials', 'The function\'s own settings or its RAM role are missing or wrong.'),
  own('GrantRoleUnset', 'unauthorized', 'Set GRANT_ROLE_NAME for the function, too.'),
  own('FunctionArgumentsInvalid', 'rejected', 'The function takes this attachment for invalid; deploy worker and function from one version.', { reason: 'invalid-request' }),
]
