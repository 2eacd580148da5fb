/** Reads what the doctor examines: the settings of the environment or of a stage, with their faults. */
import { readIdentity } from '../../lib/config/alibaba.js'
import { type Config, type Environment, readConfig, UNUSED_SETTINGS } from '../../lib/config/config.js'
import { createSettingReader } from '../../lib/config/setting-reader.js'
import { STAGE_NAME } from '../../lib/deployment/stage-files.js'
import type { Examined, Scope } from '../../lib/doctor/examined.js'
import { DEFAULT_TTL_MS, parseRequest } from '../../lib/domain/messages/request.js'
import { REGION_ID } from '../../lib/domain/messages/request-schema.js'
import { readPolicy } from '../../lib/policy/load.js'
import { ALLOW_ALL } from '../../lib/policy/policy.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { readTextFile } from '../compose/process.js'
import { readText } from '../terminal/input-files.js'
import { UsageError } from '../terminal/print.js'
import { readStage } from './stage.js'

export interface DoctorOptions {
  readonly stage?: string
  readonly cen?: string
  readonly region?: string
  readonly request?: string
  readonly json?: boolean
}

interface ReadExamined {
  readonly examined: Examined
  /** What the probes use: with `--stage` the identity of this shell at Alibaba, if it has one. */
  readonly config: Config
  readonly env: Environment
}

/** Throws wrong use for options that cannot be; faults of the settings are findings. */
export async function readExamined(options: DoctorOptions, shell: Environment): Promise<ReadExamined> {
  const scope = readScope(options)
  const from = options.stage === undefined ? { env: shell } : await readStage(options.stage, shell)
  const { env } = from
  const { config, faults } = readUsableConfig(env)
  const { rules } = readPolicy(env.ATTACHMENT_POLICY || ALLOW_ALL, readTextFile)
  const stage = 'stage' in from ? from.stage : undefined
  const own = stage?.ownAlibabaIdentity ? { alibabaIdentity: readIdentity(createSettingReader(shell)) } : {}
  return {
    examined: { config, faults, rules, scope, nowMs: systemClock.now(), ...(stage && { stage }) },
    config: { ...config, ...own },
    env,
  }
}

function readScope({ cen, region, request, stage }: DoctorOptions): Scope {
  const faults: string[] = []
  if (stage !== undefined && !STAGE_NAME.test(stage)) faults.push('--stage must be the name of a stage')
  if (cen !== undefined && !/^cen-[A-Za-z0-9-]{1,60}$/.test(cen)) faults.push('--cen must be the id of a CEN: cen-…')
  if (region !== undefined && !REGION_ID.test(region)) faults.push('--region must be a region at Alibaba: cn-hangzhou')
  if (request !== undefined && (cen !== undefined || region !== undefined))
    faults.push('--request names its CEN and region: leave out --cen and --region')
  if (faults.length > 0) throw new UsageError(faults)
  if (request === undefined) return { ...(cen && { cenId: cen }), ...(region && { regionId: region }) }
  const parsed = parseRequest(readText(request), { sentAtMs: systemClock.now(), ttlMs: DEFAULT_TTL_MS })
  if (!parsed.ok) throw new UsageError(parsed.faults.map(({ path, message }) => `${request}: ${path}: ${message}`))
  return { request: parsed.request }
}

/** A fault may hide another one, of the same setting or of one that depends on it. */
const MOST_READINGS = 4

/** The configuration without its faults: a setting with a fault is as if it were not set. */
function readUsableConfig(env: Environment): { readonly config: Config; readonly faults: readonly string[] } {
  const faults: string[] = []
  let usable = env
  for (let readings = 0; readings < MOST_READINGS; readings++) {
    const reading = readConfig(usable, readTextFile)
    if (reading.ok) return { config: reading.config, faults }
    if (readings === 0) faults.push(...reading.faults)
    const names = reading.faults.map((fault) => fault.split(' ')[0] ?? '')
    usable = { ...usable, ...Object.fromEntries(names.map((name) => [name, UNUSED_SETTINGS[name]])) }
  }
  const reading = readConfig(UNUSED_SETTINGS, readTextFile)
  if (!reading.ok) throw new UsageError(faults)
  return { config: reading.config, faults }
}
