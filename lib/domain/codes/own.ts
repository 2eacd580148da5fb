/** Codes that no API of Alibaba Cloud answers: those of the worker, of the wire and of the function. */
import type { ErrorCodeRow } from './row.js'

/** Codes of the worker itself. */
// biome-ignore format: a table is read by the row
export const OWN_CODES: readonly ErrorCodeRow[] = [
  { code: 'RequestInvalid', documented: false, kind: 'rejected', message: '', advice: 'The message cannot be read as a request; the faults are listed.', reason: 'invalid-request' },
  { code: 'RequestExpired', documented: false, kind: 'rejected', message: '', advice: 'notAfter has passed; ask again if it is still wanted.', reason: 'expired' },
  { code: 'AttachNotVisible', documented: false, kind: 'unknown', message: '', advice: 'The API accepted the attach and the CEN never showed it: look at the CEN in the console, open a ticket with the API request ids of the log, then ask again.', reason: 'unknown', during: 'attach' },
  { code: 'PolicyDenied', documented: false, kind: 'rejected', message: '', advice: 'Correct the request, or ask the keepers of the attachment policy for a rule; cen-attach policy explain says what is missing.', reason: 'forbidden' },
  { code: 'TransitRouterMissing', documented: false, kind: 'rejected', message: '', advice: 'The region has no transit router, and TRANSIT_ROUTER is existing: create one (aliyun cbn CreateTransitRouter --CenId ID --RegionId REGION --region REGION), or set TRANSIT_ROUTER=create; then ask again.', during: 'attach' },
  { code: 'NoUsableZone', documented: false, kind: 'rejected', message: '', advice: 'No zone of the transit router has an available vSwitch of the VPC with a free address: create a small vSwitch in one of the zones that the message names, then ask again.', during: 'attach' },
  { code: 'RoutingConflict', documented: false, kind: 'rejected', message: '', advice: 'The network is routed in another way than asked, and cen-attach replaces nothing: remove what the message names, or ask for what is there (zoneMappings, associationRouteTableId, propagationRouteTableIds, vpcRoutes; none leaves it alone).', during: 'attach' },
  { code: 'Superseded', documented: false, kind: 'rejected', message: '', advice: 'The attachment was made after this detach was sent, so it is left alone; if it has to go, ask for the detach again.', during: 'detach' },
  { code: 'DetachBlocked', documented: false, kind: 'blocked', message: '', advice: 'Remove what the message names, by the commands that it gives, then ask again.', during: 'detach' },
  { code: 'DetachNotVisible', documented: false, kind: 'unknown', message: '', advice: 'The API accepted the detach and the attachment stayed: open the CEN in the console, open a ticket with the API request ids of the log, then ask again.', reason: 'unknown', during: 'detach' },
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
