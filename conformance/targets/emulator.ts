/** The emulator as a target: in this process, over HTTP on loopback, on a clock that a wait advances. */
import { fixedKeys } from '../../lib/alibaba/credentials/key-source.js'
import { createEmulator, type Emulator } from '../../lib/emulator/emulator.js'
import { createShiftedClock } from '../../lib/emulator/http/control.js'
import { startEmulatorServer } from '../../lib/emulator/http/server.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import type { Target } from './accounts.js'

export const OWNER_ACCOUNT = {
  accountId: '1700000000000002',
  accessKeyId: 'LTAI-conformance-owner',
  accessKeySecret: 'conformance-owner-secret',
} as const
export const BARE_ACCOUNT = {
  accountId: '1700000000000003',
  accessKeyId: 'LTAI-conformance-bare',
  accessKeySecret: 'conformance-bare-secret',
  serviceLinkedRole: false,
} as const

const VBR_ID = 'vbr-conformance'

/** Only what calls create exists, and one VBR, and no grant has been made. */
export const EMULATED_WORLD = { open: false, grantsMade: false, accounts: [OWNER_ACCOUNT, BARE_ACCOUNT] } as const

/** Long enough that a slow machine sees every status; the clock skips the waits. */
const DURATIONS = {
  attachMs: 30_000,
  detachMs: 20_000,
  associateMs: 10_000,
  routeMs: 10_000,
  routerMs: 20_000,
  grantMs: 5_000,
} as const

export interface EmulatorTarget extends Target {
  readonly emulator: Emulator
}

/** `world` replaces parts of the usual one, and single limits; `wrap` changes what the emulator answers. */
export async function startEmulatorTarget(
  regionId: string,
  { limits = {}, ...world }: { readonly limits?: object; readonly [key: string]: unknown } = {},
  wrap: (emulator: Emulator) => Emulator = (emulator) => emulator,
): Promise<EmulatorTarget> {
  const reading = readWorldFile(
    JSON.stringify({
      ...EMULATED_WORLD,
      limits: { ...DURATIONS, ...limits },
      childInstances: [{ childInstanceId: VBR_ID, regionId }],
      ...world,
    }),
  )
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const shifted = createShiftedClock(systemClock)
  const clock = {
    now: shifted.now,
    sleep: async (ms: number) => shifted.advance(ms),
  }
  const emulator = wrap(createEmulator(reading.world, shifted, Math.random))
  const server = await startEmulatorServer(emulator, shifted)
  const { url } = server
  return {
    name: 'the emulator',
    regionId,
    endpoints: { cbn: url, vpc: url, ram: url, sts: url },
    keys: { own: fixedKeys(HOME_ACCOUNT), owner: fixedKeys(OWNER_ACCOUNT), bare: fixedKeys(BARE_ACCOUNT) },
    clock,
    vbrId: VBR_ID,
    emulator,
    stop: server.stop,
  }
}
