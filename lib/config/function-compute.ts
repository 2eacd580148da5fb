/** The attacher: cen-attach itself, or its function in Function Compute, which has its own RAM role. */
import { REGION_ID } from '../domain/messages/request-schema.js'
import type { LogLevel } from '../telemetry/log.js'
import { type AlibabaSettings, readAlibabaSettings, readLogLevel } from './alibaba.js'
import { createSettingReader, type Environment, type SettingReader } from './setting-reader.js'

export interface FunctionLocation {
  /** The account of the function, digits. */
  readonly accountId: string
  readonly region: string
  /** The service of a function of Function Compute 2.0. */
  readonly service?: string
  readonly functionName: string
  readonly endpoint: string
}

export type AttacherSetting = { readonly kind: 'direct' } | { readonly kind: 'fc'; readonly location: FunctionLocation }

/** Function Compute 3.0 shows a function of 2.0 as `service$function`. */
const FUNCTION_NAME = /^[A-Za-z_][\w-]{0,127}(?:\$[A-Za-z_][\w-]{0,127})?$/
const SERVICE_NAME = /^[A-Za-z_][\w-]{0,127}$/

export function readAttacher({ optional, fault, required, matching, endpoint }: SettingReader): AttacherSetting {
  const kind = optional('ATTACHER') ?? 'direct'
  if (kind !== 'direct' && kind !== 'fc') fault('ATTACHER', 'must be direct or fc')
  if (kind !== 'fc') return { kind: 'direct' }

  const needed = (name: string, pattern: RegExp, rule: string) =>
    required(name) === '' ? '' : (matching(name, pattern, rule) ?? '')
  const accountId = needed('ATTACHER_FC_ACCOUNT_ID', /^\d{1,20}$/, 'must be an account id: digits')
  const region = needed('ATTACHER_FC_REGION', REGION_ID, 'must be a region id')
  const functionName = needed('ATTACHER_FC_FUNCTION', FUNCTION_NAME, "must be a function's name")
  const service = matching('ATTACHER_FC_SERVICE', SERVICE_NAME, "must be a service's name, of Function Compute 2.0")
  const location = {
    accountId,
    region,
    functionName,
    // The same form for both versions (alibabacloud.com/help/en/functioncompute/endpoints).
    endpoint: endpoint('ATTACHER_FC_ENDPOINT', `https://${accountId}.${region}.fc.aliyuncs.com`),
    ...(service !== undefined && { service }),
  }
  return { kind, location }
}

interface FunctionConfig extends AlibabaSettings {
  readonly logLevel: LogLevel
}

interface FunctionConfigReading {
  readonly config: FunctionConfig
  /** If there are any, the config must not be used. */
  readonly faults: readonly string[]
}

export function readFunctionConfig(env: Environment): FunctionConfigReading {
  const reader = createSettingReader(env)
  const config = { ...readAlibabaSettings(reader), logLevel: readLogLevel(reader) }
  return { config, faults: reader.faults }
}
