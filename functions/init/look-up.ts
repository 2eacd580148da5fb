/** What can be found about the accounts of a stage by calls that change nothing. Each is found, or has a reason in words. */
import { readCaller } from '../../lib/aws/caller-identity.js'
import { getWebIdentityToken } from '../../lib/aws/identity.js'
import { OIDC_AUDIENCE } from '../../lib/config/alibaba.js'
import type { Environment } from '../../lib/config/config.js'
import { isRecord } from '../../lib/domain/record.js'
import { tokenClaims } from '../../lib/domain/web-token.js'
import { awsConnectionOf } from '../compose/aws.js'
import { readCenAccount } from '../compose/inventory.js'
import { issuerFingerprint } from './fingerprint.js'

/** A fact, or why it is not known. */
export type Found<T> = { readonly value: T } | { readonly why: string }

const ALIBABA_TIMEOUT_MS = 8_000

const attempt = async <T>(read: () => Promise<T>, explain = reasonOf): Promise<Found<T>> => {
  try {
    return { value: await read() }
  } catch (error) {
    return { why: explain(error as Error) }
  }
}
/** The name of an SDK's error is its code; only the first line, since some list every attempt. */
const reasonOf = ({ name, message }: Error): string =>
  [...(name === 'Error' || name === 'UsageError' ? [] : [name]), message.split('\n')[0]].filter(Boolean).join(': ')

/** The account, and the sender id that SQS will report. */
export const findAwsCaller = (env: Environment, region: string) =>
  attempt(() => readCaller(awsConnectionOf({ ...env, AWS_REGION: region })))

/** The issuer of the AWS account's tokens, as it stands in one. */
export const findIssuer = (env: Environment, region: string): Promise<Found<string>> =>
  attempt(
    async () => issuerOf(await getWebIdentityToken(OIDC_AUDIENCE, awsConnectionOf({ ...env, AWS_REGION: region }))),
    (error) =>
      `${reasonOf(error)}. If outbound identity federation is off, run once: aws iam enable-outbound-web-identity-federation`,
  )

function issuerOf(token: string): string {
  const claims = tokenClaims(token)
  const issuer = isRecord(claims) ? claims.iss : undefined
  if (typeof issuer !== 'string' || !/^https:\/\/[\w.-]+(?::\d+)?(?:\/[\w./-]*)?$/.test(issuer))
    throw new Error('the token names no issuer')
  return issuer
}

export const findFingerprint = (issuer: string): Promise<Found<string>> =>
  attempt(
    () => issuerFingerprint(issuer),
    (error) =>
      `${new URL(issuer).host} could not be asked: ${reasonOf(error)}. Where it can: ${fingerprintCommand(issuer)}`,
  )

const fingerprintCommand = (issuer: string): string => {
  const { hostname } = new URL(issuer)
  return `openssl s_client -connect ${hostname}:443 -servername ${hostname} -showcerts </dev/null 2>/dev/null | awk '/BEGIN CERT/{c=""} {c=c $0 "\\n"} /END CERT/{last=c} END{printf "%s", last}' | openssl x509 -noout -fingerprint -sha1`
}

/** The account of the Alibaba credentials, and its CENs. */
export async function findCenAccount(
  env: Environment,
): Promise<{ account: Found<string>; cens: Found<readonly string[]> }> {
  const read = await attempt(() => readCenAccount(env, ALIBABA_TIMEOUT_MS))
  if ('why' in read) return { account: read, cens: read }
  const { account, cens } = read.value
  return {
    account: account.ok ? { value: account.value.AccountId } : { why: textOf(account.failure) },
    cens: cens.ok ? { value: cens.value } : { why: textOf(cens.failure) },
  }
}

const textOf = ({ code, message }: { readonly code: string; readonly message: string }): string =>
  message === '' ? code : `${code}: ${message}`
