/** The settings of a deployed stage: the outputs of its stack, and the environment of its function. */
import { readFunctionEnvironment, readStack } from '../../lib/aws/inspection/stack.js'
import type { Environment } from '../../lib/config/config.js'
import { SETTINGS } from '../../lib/config/settings.js'
import type { ExaminedStage } from '../../lib/doctor/examined.js'
import { whyUnread } from '../../lib/doctor/finding.js'
import { awsConnectionOf, awsEndpointOf } from '../compose/aws.js'
import { readTextFile } from '../compose/process.js'
import { UsageError } from '../terminal/print.js'

/** The settings that the outputs of the stack are (deploy/outputs.yml). */
const OUTPUTS: Readonly<Record<string, string>> = {
  RequestQueueUrl: 'REQUEST_QUEUE_URL',
  DeadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
  ResultTopicArn: 'RESULT_TOPIC_ARN',
}

interface StageSettings {
  /** The settings of the function, with the region and the credentials of this shell at AWS. */
  readonly env: Environment
  readonly stage: ExaminedStage
}

/** Throws wrong use if the region is not known or there is no such stack. */
export async function readStage(stageName: string, shell: Environment): Promise<StageSettings> {
  const stackName = `cen-attach-${stageName}`
  const region = shell.AWS_REGION || shell.AWS_DEFAULT_REGION || regionOfStage(stageName)
  if (region === undefined)
    throw new UsageError([`--stage ${stageName}: AWS_REGION is not set, and deploy/${stageName}.yml has no region`])
  const connection = awsConnectionOf({ ...shell, AWS_REGION: region })
  const location = { stackName, region, endpoint: awsEndpointOf(shell, 'CLOUDFORMATION') }
  const stack = await readStack(connection, location)
  if (!stack.ok) {
    const { code, message } = stack.failure
    const fault = `--stage ${stageName}: ${stackName} in ${region} cannot be read: ${code}: ${message}`
    if (whyUnread(stack.failure) === 'missing') throw new UsageError([fault])
    throw new Error(fault)
  }
  const { status, outputs } = stack.value
  const { FunctionName: functionName = `${stackName}-attach`, FunctionRoleArn: roleArn } = outputs
  const own = await readFunctionEnvironment(connection, {
    functionName,
    region,
    endpoint: awsEndpointOf(shell, 'LAMBDA'),
  })
  const named = Object.entries(OUTPUTS).map(([output, setting]) => [setting, outputs[output]] as const)
  const ownAlibabaIdentity = Object.keys(shell).some((name) => name.startsWith('ALIBABA_CLOUD_') && shell[name])
  return {
    env: {
      ...(own.ok ? { ...ofOthers(shell), ...own.value } : shell),
      ...Object.fromEntries(named),
      AWS_REGION: region,
    },
    stage: {
      stackName,
      status,
      ownAlibabaIdentity,
      ...(roleArn !== undefined && { roleArn }),
      ...(!own.ok && { settingsUnread: own.failure.code }),
    },
  }
}

/** What the shell has beside settings of cen-attach: above all the credentials at AWS. */
const ofOthers = (shell: Environment): Environment =>
  Object.fromEntries(
    Object.entries(shell).filter(
      ([name]) =>
        name.startsWith('AWS_') ||
        name.endsWith('_ENDPOINT') ||
        !(name.startsWith('ALIBABA_CLOUD_') || SETTINGS.some((setting) => setting.name === name)),
    ),
  )

function regionOfStage(stageName: string): string | undefined {
  try {
    return /^region:\s*"?([a-z0-9-]+)/m.exec(readTextFile(`deploy/${stageName}.yml`))?.[1]
  } catch {
    return undefined
  }
}
