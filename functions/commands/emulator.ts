/** `cen-attach emulator` */
import type { Command } from 'commander'
import { createEmulator } from '../../lib/emulator/emulator.js'
import { createShiftedClock } from '../../lib/emulator/http/control.js'
import { startEmulatorServer } from '../../lib/emulator/http/server.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { stopSignal } from '../compose/process.js'
import { emulatorEnv } from '../local/cloud.js'
import { readWorld } from '../terminal/input-files.js'
import { explainPortErrors, portOption, printSettings } from '../terminal/settings.js'

export function addEmulator(program: Command): void {
  program
    .command('emulator')
    .description('the CEN emulator alone, on loopback')
    .option('--port <number>', 'port to listen on; 0 picks a free one', portOption, 0)
    .option('--world <file>', 'what exists, and what is wrong with it (JSON)')
    .option('--json', 'print the settings as one JSON object')
    .addHelpText('after', '\nExample:\n  cen-attach emulator --port 8080 --world events/onboarding.world.json')
    .action(async ({ port, world, json }: { port: number; world?: string; json?: boolean }) => {
      const clock = createShiftedClock(systemClock)
      const emulator = createEmulator(readWorld(world), clock, Math.random)
      const server = await explainPortErrors('--port', port, startEmulatorServer(emulator, clock, port))
      printSettings(
        emulatorEnv(server.url),
        json,
        'The CEN emulator listens. These settings point an Alibaba client at it:',
      )
      const stop = stopSignal(() => undefined)
      await new Promise((resolve) => stop.addEventListener('abort', resolve))
      await server.stop()
    })
}
