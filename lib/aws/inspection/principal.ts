/** What IAM says that a principal may do. */
import * as v from 'valibot'
import type { Answer } from '../../domain/failure.js'
import type { AwsConnection } from '../connection.js'
import { answerOf } from './answer.js'
import { callQueryAction } from './signed-request.js'

/** The ARN that IAM knows: that of the role behind a session, or the user's own. */
export function principalArn(arn: string): string {
  const [, partition, account, role] = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? []
  return role === undefined ? arn : `arn:${partition}:iam::${account}:role/${role}`
}

const Entry = v.object({ EvalActionName: v.string(), EvalDecision: v.string() })
const Results = v.object({ EvaluationResults: v.object({ member: v.union([v.array(Entry), Entry]) }) })

export interface SimulatedAction {
  readonly action: string
  readonly allowed: boolean
}

/** IAM SimulatePrincipalPolicy: the policies of the principal, without those of the resource. Resource ARN and actions as IAM has them. */
export const simulate = (
  connection: AwsConnection,
  { region, endpoint }: { readonly region: string; readonly endpoint?: string | undefined },
  { principal, actions, resource }: { principal: string; actions: readonly string[]; resource: string },
): Promise<Answer<readonly SimulatedAction[]>> =>
  answerOf(async () => {
    const names = actions.map((action, index) => [`ActionNames.member.${index + 1}`, action])
    const result = await callQueryAction(
      connection,
      { service: 'iam', region, endpoint },
      {
        action: 'SimulatePrincipalPolicy',
        version: '2010-05-08',
        parameters: { PolicySourceArn: principal, 'ResourceArns.member.1': resource, ...Object.fromEntries(names) },
      },
    )
    return [v.parse(Results, result).EvaluationResults.member]
      .flat()
      .map(({ EvalActionName, EvalDecision }) => ({ action: EvalActionName, allowed: EvalDecision === 'allowed' }))
  })
