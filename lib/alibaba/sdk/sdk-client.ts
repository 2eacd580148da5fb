/** A client of Alibaba's SDK core for the calls of one API version. Loading this file loads the core: see lazy-sdk-client.ts. */
import core from '@alicloud/openapi-core'
import { BytesReadable } from '@darabonba/typescript'
import type { KeySource } from '../credentials/key-source.js'
import { callRuntime, toSdkConfig } from './client-config.js'

type Params = InstanceType<typeof core.$OpenApiUtil.Params>
type Response = Awaited<ReturnType<InstanceType<typeof core.default>['callApi']>>

/** What all calls of a client have in common, as the generated clients pass it (openapi-core 1.0.8, Params). */
export type CallShape = Omit<ConstructorParameters<typeof core.$OpenApiUtil.Params>[0] & object, 'action'>

export interface SdkClient {
  /** Makes one signed call; rejects with the core's own error. `body` goes as it is, `query` as the style of the API has it. */
  send(
    action: string,
    request: { readonly query?: Readonly<Record<string, string>>; readonly body?: string },
    timeoutMs: number,
  ): Promise<Response>
}

/** `endpoint` is `https://host[:port]`; `source` is absent for calls that need no signature. */
export function createSdkClient(endpoint: string, source: KeySource | undefined, shape: CallShape): SdkClient {
  const { protocol, host } = new URL(endpoint)
  const client = new core.default(toSdkConfig({ endpoint: host, protocol: protocol.replace(':', '') }, source))
  /** The core only reads them. */
  const cachedParams = new Map<string, Params>()
  const paramsOf = (action: string): Params => {
    const params = cachedParams.get(action) ?? new core.$OpenApiUtil.Params({ ...shape, action })
    cachedParams.set(action, params)
    return params
  }
  return {
    send(action, { query, body }, timeoutMs) {
      const request = new core.$OpenApiUtil.OpenApiRequest({
        ...(query && { query }),
        ...(body !== undefined && { stream: new BytesReadable(Buffer.from(body)) }),
      })
      return client.callApi(paramsOf(action), request, callRuntime(timeoutMs))
    },
  }
}
