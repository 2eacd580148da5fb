/** Fake CloudFormation, Lambda and IAM on loopback: one stack, its function, and the simulation of its role's policies. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface FakeStackFacts {
  readonly stackName: string
  readonly outputs: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  /** IAM actions that the role lacks. */
  readonly denied: readonly string[]
}

const NOT_FOUND =
  '<ErrorResponse><Error><Code>ValidationError</Code><Message>no such stack</Message></Error></ErrorResponse>'
/** A signature for one service and region (Signature Version 4, authorization header). */
const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\/(\w+)\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/

const member = (entries: readonly string[]): string => entries.map((entry) => `<member>${entry}</member>`).join('')

export async function startFakeStack({ stackName, outputs, environment, denied }: FakeStackFacts) {
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const [, region, service] = SIGNED.exec(request.headers.authorization ?? '') ?? []
    const form = new URLSearchParams(body)
    requests.push(`${service} ${region} ${form.get('Action') ?? request.url}`)
    if (service === 'lambda') return void response.end(JSON.stringify({ Environment: { Variables: environment } }))
    response.setHeader('content-type', 'text/xml')
    if (service === 'cloudformation' && form.get('StackName') === stackName) {
      const listed = Object.entries(outputs).map(
        ([key, value]) => `<OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue>`,
      )
      const stack = `<StackName>${stackName}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${member(listed)}</Outputs>`
      return void response.end(
        `<DescribeStacksResponse><DescribeStacksResult><Stacks>${member([stack])}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
      )
    }
    if (service === 'iam') {
      const actions = [...form].flatMap(([name, value]) => (name.startsWith('ActionNames.') ? [value] : []))
      const results = actions.map(
        (action) =>
          `<EvalActionName>${action}</EvalActionName><EvalDecision>${denied.includes(action) ? 'implicitDeny' : 'allowed'}</EvalDecision>`,
      )
      return void response.end(
        `<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>${member(results)}</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
      )
    }
    response.writeHead(400).end(NOT_FOUND)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
