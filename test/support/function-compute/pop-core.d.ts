/** The part of `@alicloud/pop-core` that the tests use; its own types do not match its exports. */
declare module '@alicloud/pop-core' {
  export class RPCClient {
    constructor(config: {
      endpoint: string
      apiVersion: string
      accessKeyId: string
      accessKeySecret: string
      securityToken?: string
    })
    request(
      action: string,
      parameters: Readonly<Record<string, unknown>>,
      options?: { method?: 'GET' | 'POST'; formatParams?: boolean },
    ): Promise<Record<string, unknown>>
  }
}
