/** The settings of the embedded worker: its clouds, what the options or else the world say, and the rest of the environment. */
import type { Environment } from '../../lib/config.js'
import type { WorldFile } from '../../lib/emulator/world-file.js'
import { withoutUndefined } from '../../lib/without-undefined.js'

/** Who a person is in the real clouds, and how they attach there, is not for the embedded ones. */
const OF_REAL_CLOUDS = /^(?:AWS_|ALIBABA_CLOUD_|ATTACHER|GRANT_ROLE_NAME$|CEN_OWNER_ID$)/

export interface WorkerChoice {
  readonly policy?: string
  readonly grantRole?: string
}

/** What any client needs to be pointed at it, and the worker's own choices. */
export function localSettings(
  cloud: Environment,
  { policy, grantRole }: WorkerChoice,
  { worker }: Pick<WorldFile, 'worker'>,
): Record<string, string> {
  const choices = {
    ATTACHMENT_POLICY: policy ?? worker.attachmentPolicy,
    GRANT_ROLE_NAME: grantRole ?? worker.grantRoleName,
  }
  return { ...withoutUndefined(cloud), ...withoutUndefined(choices) } as Record<string, string>
}

/** The settings, and what of a person's environment says how the worker works. */
export const localEnvironment = (settings: Environment, own: Environment): Environment => ({
  ...Object.fromEntries(Object.entries(own).filter(([name]) => !OF_REAL_CLOUDS.test(name))),
  ...settings,
})
