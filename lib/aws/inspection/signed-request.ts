/**
 * Signed requests to services of AWS that only `doctor` reads: IAM, CloudFormation and Lambda, by the signer of the SDK. A client of
 * the SDK for each would add megabytes to every installation for four calls.
 */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { parseStringPromise } from 'xml2js'
import { type AwsConnection, createSqsClient } from '../connection.js'

interface SignedService {
  /** The name in the signature, and in the endpoint. */
  readonly service: 'iam' | 'cloudformation' | 'lambda'
  readonly region: string
  /** Absent: that of AWS for the region. */
  readonly endpoint?: string | undefined
}

const TIMEOUT_MS = 10_000
const MAX_ANSWER_CHARACTERS = 4 * 1_048_576

/** The hash that the signer is given: SHA-256, keyed if there is a secret. */
class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }
  update(data: unknown): void {
    this.#hash.update(data as Uint8Array)
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }
  reset(): void {}
}

/** Sends a signed request; resolves to the text of a 2xx, else rejects with the service's code as the error's name. */
async function sendSigned(
  connection: AwsConnection,
  { service, region, endpoint }: SignedService,
  { method, path, body }: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: string },
): Promise<string> {
  const url = new URL(path, endpoint ?? endpointOf(service, region))
  // The SDK's default chain of credentials is that of its clients.
  const { credentials } = createSqsClient({ ...connection, region }).config
  const signer = new SignatureV4({
    service,
    region: signedRegion(service, region),
    credentials,
    sha256: Sha256 as never,
  })
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: {
      host: url.host,
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }),
    },
    ...(body !== undefined && { body }),
  })
  const { host: _host, ...headers } = signed.headers
  const answer = await fetch(url, {
    method,
    headers,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body !== undefined && { body }),
  })
  const text = (await answer.text()).slice(0, MAX_ANSWER_CHARACTERS)
  if (answer.ok) return text
  const [, code = ''] =
    /<Code>([^<]{1,128})<\/Code>/.exec(text) ?? /"(?:__type|code|Code)"\s*:\s*"([^"]{1,128})"/.exec(text) ?? []
  const [, message = ''] =
    /<Message>([^<]{1,2000})<\/Message>/.exec(text) ?? /"[Mm]essage"\s*:\s*"([^"]{1,2000})"/.exec(text) ?? []
  const name = code || answer.headers.get('x-amzn-errortype')?.split(':')[0] || `HTTP ${answer.status}`
  throw Object.assign(new Error(message || name), { name, $metadata: { httpStatusCode: answer.status } })
}

/** IAM is global: one endpoint for each partition (AWS general reference, IAM endpoints). */
const IAM_PARTITIONS: readonly { readonly prefix: string; readonly host: string; readonly region: string }[] = [
  { prefix: 'cn-', host: 'iam.cn-north-1.amazonaws.com.cn', region: 'cn-north-1' },
  { prefix: 'us-gov-', host: 'iam.us-gov.amazonaws.com', region: 'us-gov-west-1' },
  { prefix: '', host: 'iam.amazonaws.com', region: 'us-east-1' },
]
const iamPartition = (region: string) => IAM_PARTITIONS.find(({ prefix }) => region.startsWith(prefix))

const endpointOf = (service: SignedService['service'], region: string): string =>
  service === 'iam'
    ? `https://${iamPartition(region)?.host}`
    : `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`

const signedRegion = (service: SignedService['service'], region: string): string =>
  service === 'iam' ? (iamPartition(region)?.region ?? region) : region

/** Calls an action of the query protocol (form to XML). Resolves to its result; a list of one entry is no list. */
export async function callQueryAction(
  connection: AwsConnection,
  service: SignedService,
  { action, version, parameters }: { action: string; version: string; parameters: Readonly<Record<string, string>> },
): Promise<unknown> {
  const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString()
  const xml = await sendSigned(connection, service, { method: 'POST', path: '/', body })
  const parsed = (await parseStringPromise(xml, { explicitArray: false })) as Record<string, Record<string, unknown>>
  return parsed?.[`${action}Response`]?.[`${action}Result`]
}

/** Reads the JSON resource of a REST API that `action` names. */
export async function readJson(
  connection: AwsConnection,
  service: SignedService,
  { action, path }: { readonly action: string; readonly path: string },
): Promise<unknown> {
  const text = await sendSigned(connection, service, { method: 'GET', path })
  try {
    return JSON.parse(text)
  } catch {
    throw Object.assign(new Error(`the answer to ${action} is not JSON`), { name: 'UnreadableAnswer' })
  }
}
