/** The outputs of a stack as settings: deploy/STAGE.env, which a shell reads. */
import { singleQuoted } from '../lib/domain/shell.js'

export interface StackOutput {
  readonly OutputKey?: string
  readonly OutputValue?: string
}

/** `RequestQueueUrl` is `REQUEST_QUEUE_URL`. */
export const settingName = (output: string): string => output.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()

export const settingsPath = (stage: string): string => `deploy/${stage}.env`

/** Lines of `export NAME=value`, by the region and the outputs. */
export function settingsText(region: string, outputs: readonly StackOutput[]): string {
  const settings = outputs.flatMap(({ OutputKey, OutputValue }) =>
    OutputKey === undefined || OutputValue === undefined || /^Serverless|Qualified/.test(OutputKey)
      ? []
      : [[settingName(OutputKey), OutputValue] as const],
  )
  return [['AWS_REGION', region] as const, ...settings]
    .map(([name, value]) => `export ${name}=${singleQuoted(value)}\n`)
    .join('')
}
