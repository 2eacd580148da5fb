/** The settings of the function in Function Compute; every fault is named at once. */
import { type AlibabaSettings, type LogLevel, readAlibabaSettings, readLogLevel } from './alibaba-settings.js'
import { createSettingReader, type Environment } from './setting-reader.js'

export interface FunctionConfig extends AlibabaSettings {
  readonly logLevel: LogLevel
}

export interface FunctionConfigReading {
  readonly config: FunctionConfig
  /** Where there are any, the config is not to be used for a call. */
  readonly faults: readonly string[]
}

export function readFunctionConfig(env: Environment): FunctionConfigReading {
  const reader = createSettingReader(env)
  const config = { ...readAlibabaSettings(reader), logLevel: readLogLevel(reader) }
  return { config, faults: reader.faults }
}
