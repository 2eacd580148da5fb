/** Both clouds and the function between them, with the settings of a worker that only invokes the function. */
import { RAM_FILES } from '../../../docs/generate/permissions.js'
import { policyFor } from '../../../lib/alibaba/permissions.js'
import type { RamPolicy } from '../../../lib/emulator/auth/ram-policy.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { startCloud, type TestCloud } from '../cloud.js'
import { type FunctionCompute, startFunctionCompute } from './function-compute.js'

const FUNCTION = { region: 'cn-hangzhou', functionName: 'cen-attach', service: 'network' }

export interface FcCloud {
  readonly cloud: TestCloud
  readonly functionCompute: FunctionCompute
  /** The worker's settings for each API: the invoker's keys, and no reachable endpoint of Alibaba. */
  env(api: 'fc2' | 'fc3'): Record<string, string>
  stop(): Promise<void>
}

const NOWHERE = 'http://127.0.0.1:9'
const { accountId } = HOME_ACCOUNT
/** The documented policy of the invoker; for 2.0 the function's ARN has its service. */
const mayInvoke = (path: string): RamPolicy =>
  JSON.parse(
    JSON.stringify(RAM_FILES['invoke-function-policy.json'])
      .replaceAll('REGION', FUNCTION.region)
      .replaceAll('ACCOUNT', accountId)
      .replaceAll('functions/', path),
  )

export async function startFcCloud(
  world: object = {},
  { settings = {}, role = true }: { settings?: Readonly<Record<string, string>>; role?: boolean } = {},
): Promise<FcCloud> {
  const cloud = await startCloud(world)
  const { sessions } = cloud.emulator.world
  const open = (roleName: string, policy: RamPolicy) => {
    const session = { accountId, roleName, roleId: '3', sessionName: 's', expiresAtMs: Infinity, policies: [policy] }
    return sessions.open(session, Math.random)
  }
  const invokers = {
    fc3: open('invoker', mayInvoke('functions/')),
    fc2: open('invoker-2', mayInvoke(`services/${FUNCTION.service}/functions/`)),
  }
  const filled = JSON.stringify(policyFor('the CENs')).replaceAll('ACCOUNT', accountId).replaceAll('ROLE', 'grantor')
  const functionRole = open('cen-attach-function', JSON.parse(filled) as RamPolicy)
  const { CBN_ENDPOINT = '', STS_ENDPOINT = '', VPC_ENDPOINT = '', SMARTAG_ENDPOINT = '' } = cloud.env
  const functionCompute = await startFunctionCompute({
    world: cloud.emulator.world,
    accountId,
    ...FUNCTION,
    env: { CBN_ENDPOINT, STS_ENDPOINT, VPC_ENDPOINT, SMARTAG_ENDPOINT, ...settings },
    credentials: () => (role ? functionRole : undefined),
  })
  return {
    cloud,
    functionCompute,
    env: (api) => ({
      ...cloud.env,
      CBN_ENDPOINT: NOWHERE,
      STS_ENDPOINT: NOWHERE,
      VPC_ENDPOINT: NOWHERE,
      SMARTAG_ENDPOINT: NOWHERE,
      ALIBABA_CLOUD_ACCESS_KEY_ID: invokers[api].accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: invokers[api].accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: invokers[api].securityToken,
      ATTACHER: 'fc',
      ATTACHER_FC_ACCOUNT_ID: accountId,
      ATTACHER_FC_REGION: FUNCTION.region,
      ATTACHER_FC_FUNCTION: FUNCTION.functionName,
      ATTACHER_FC_ENDPOINT: functionCompute.url,
      ...(api === 'fc2' && { ATTACHER_FC_SERVICE: FUNCTION.service }),
    }),
    async stop() {
      await Promise.all([functionCompute.stop(), cloud.stop()])
    },
  }
}
