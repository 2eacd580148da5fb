/** Declares the used parts of `@alicloud/fc2` 2.6.6, which has no declarations (lib/client.js). */
declare module '@alicloud/fc2/lib/client.js' {
  interface ClientConfig {
    readonly accessKeyID: string
    readonly accessKeySecret: string
    /** Required if the key's id begins with `STS`. */
    readonly securityToken?: string | undefined
    readonly region: string
    /** With its scheme; without one the client uses http. */
    readonly endpoint: string
    /** For the connection and for the answer, in milliseconds. */
    readonly timeout: number
  }
  interface Invocation {
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
    /** Text; parsed if the answer is `application/json`. */
    readonly data: unknown
  }
  class Client {
    constructor(accountId: string, config: ClientConfig)
    /** Resolves for every 2xx, also if the function failed: then the headers have `x-fc-error-type`. */
    invokeFunction(serviceName: string, functionName: string, event: string | Buffer): Promise<Invocation>
  }
  export default Client
}
