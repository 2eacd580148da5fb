/** A deployed stack: its outputs, and the environment of its function. */
import * as v from 'valibot'
import type { Answer } from '../../domain/failure.js'
import type { AwsConnection } from '../connection.js'
import { answerOf } from './answer.js'
import { callQueryAction, readJson } from './signed-request.js'

interface StackLocation {
  readonly stackName: string
  readonly region: string
  readonly endpoint?: string | undefined
}

const Output = v.object({ OutputKey: v.string(), OutputValue: v.optional(v.string(), '') })
const Stack = v.object({
  StackStatus: v.string(),
  Outputs: v.optional(v.union([v.object({ member: v.union([v.array(Output), Output]) }), v.string()]), ''),
})
const Result = v.object({ Stacks: v.object({ member: Stack }) })

export interface StackFacts {
  readonly status: string
  readonly outputs: Readonly<Record<string, string>>
}

/** CloudFormation DescribeStacks. */
export const readStack = (
  connection: AwsConnection,
  { stackName, region, endpoint }: StackLocation,
): Promise<Answer<StackFacts>> =>
  answerOf(async () => {
    const result = await callQueryAction(
      connection,
      { service: 'cloudformation', region, endpoint },
      {
        action: 'DescribeStacks',
        version: '2010-05-15',
        parameters: { StackName: stackName },
      },
    )
    const { StackStatus, Outputs } = v.parse(Result, result).Stacks.member
    const listed = typeof Outputs === 'string' ? [] : [Outputs.member].flat()
    return {
      status: StackStatus,
      outputs: Object.fromEntries(listed.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
    }
  })

const FunctionConfiguration = v.object({
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), v.string()), {}) }), {}),
})

/** Lambda GetFunctionConfiguration: the settings of the function. */
export const readFunctionEnvironment = (
  connection: AwsConnection,
  { functionName, region, endpoint }: { functionName: string; region: string; endpoint?: string | undefined },
): Promise<Answer<Readonly<Record<string, string>>>> =>
  answerOf(async () => {
    const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/configuration`
    const request = { action: 'GetFunctionConfiguration', path }
    const answer = await readJson(connection, { service: 'lambda', region, endpoint }, request)
    return v.parse(FunctionConfiguration, answer).Environment.Variables ?? {}
  })
