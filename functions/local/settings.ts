/** The settings of the embedded worker: the embedded cloud, the options or else the world file, and the environment. */
import { type Config, type Environment, readConfig } from '../../lib/config/config.js'
import { withoutEmpty } from '../../lib/domain/record.js'
import type { WorldFile } from '../../lib/emulator/world/world-file.js'
import { createJsonLog } from '../../lib/telemetry/json-log.js'
import { LOG_LEVELS, type Log, type LogLevel } from '../../lib/telemetry/log.js'
import { readTextFile } from '../compose/process.js'

/** Identity and driver of the real clouds do not apply to the embedded one. */
const REAL_CLOUD_SETTINGS = /^(?:AWS_|ALIBABA_CLOUD_|ATTACHER|GRANT_ROLE_NAME$|CEN_OWNER_ID$)/

export interface WorkerChoice {
  readonly policy?: string
  readonly grantRole?: string
}

/** The settings of any client, and the worker's own. */
export function localSettings(
  cloud: Readonly<Record<string, string>>,
  { policy, grantRole }: WorkerChoice,
  { worker }: Pick<WorldFile, 'worker'>,
): Record<string, string> {
  const choices = {
    ATTACHMENT_POLICY: policy ?? worker.attachmentPolicy,
    GRANT_ROLE_NAME: grantRole ?? worker.grantRoleName,
  }
  return { ...cloud, ...withoutEmpty(choices) }
}

/** The settings, and the variables of the environment that configure the worker otherwise. */
const localEnvironment = (settings: Environment, own: Environment): Environment => ({
  ...Object.fromEntries(Object.entries(own).filter(([name]) => !REAL_CLOUD_SETTINGS.test(name))),
  ...settings,
})

type LocalReading =
  | { readonly ok: true; readonly config: Config; readonly env: Environment; readonly log: Log }
  | { readonly ok: false; readonly faults: readonly string[] }

/** `level`: of the log, unless the environment sets LOG_LEVEL. */
export function readLocalConfig(settings: Environment, own: Environment, level: LogLevel): LocalReading {
  const logLevel = LOG_LEVELS.find((known) => known === own.LOG_LEVEL) ?? level
  const env = localEnvironment({ ...settings, LOG_LEVEL: logLevel }, own)
  const reading = readConfig(env, readTextFile)
  return reading.ok ? { ok: true, config: reading.config, env, log: createJsonLog(logLevel) } : reading
}
