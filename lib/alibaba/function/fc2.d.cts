/** What of `@alicloud/fc2` 2.6.6 is used; it comes without declarations (lib/client.js). */
declare module '@alicloud/fc2/lib/client.js' {
  interface ClientConfig {
    readonly accessKeyID: string
    readonly accessKeySecret: string
    /** Required, and used, where the key's id begins with `STS`. */
    readonly securityToken?: string | undefined
    readonly region: string
    /** With its scheme; without one the client calls over http. */
    readonly endpoint: string
    /** Milliseconds, to connect and to answer. */
    readonly timeout: number
  }
  interface Invocation {
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
    /** Text; parsed where the answer is `application/json`. */
    readonly data: unknown
  }
  class Client {
    constructor(accountId: string, config: ClientConfig)
    /** Resolves for every 2xx, a function that failed too: then the headers have `x-fc-error-type`. */
    invokeFunction(serviceName: string, functionName: string, event: string | Buffer): Promise<Invocation>
  }
  export default Client
}
