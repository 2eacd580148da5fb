/** `cen-attach emulator` */
import type { Command } from 'commander'
import { createEmulator } from '../../lib/emulator/emulator.js'
import { createShiftedClock } from '../../lib/emulator/http/control.js'
import { startEmulatorServer } from '../../lib/emulator/http/server.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { stopSignal } from '../compose/process.js'
import { howToTrust, writeCertificate } from '../local/emulator-certificate.js'
import { emulatorEnv } from '../local/emulator-settings.js'
import { readWorld } from '../terminal/input-files.js'
import { print } from '../terminal/print.js'
import { explainPortErrors, portOption, printSettings } from '../terminal/settings.js'

interface EmulatorOptions {
  readonly port: number
  readonly world?: string
  readonly tls?: string | true
  readonly json?: boolean
}

export function addEmulator(program: Command): void {
  program
    .command('emulator')
    .description('the CEN emulator alone, on loopback')
    .option('--port <number>', 'port to listen on; 0 picks a free port', portOption, 0)
    .option('--world <file>', 'what exists, and which calls fail (JSON)')
    .option('--tls [file]', 'https with a self-signed certificate, which is written to this file')
    .option('--json', 'print the settings as one JSON object')
    .addHelpText('after', '\nExample:\n  cen-attach emulator --port 8080 --world events/onboarding.world.json')
    .action(async ({ port, world, tls, json }: EmulatorOptions) => {
      const clock = createShiftedClock(systemClock)
      const trust = tls === undefined ? undefined : writeCertificate(tls, systemClock.now())
      const emulator = createEmulator(readWorld(world), clock, Math.random)
      const server = await explainPortErrors('--port', port, startEmulatorServer(emulator, clock, port, trust?.signed))
      if (trust && !json) print(`# ${howToTrust(trust.file)}`)
      printSettings(
        { ...emulatorEnv(server.url), ...(trust && { NODE_EXTRA_CA_CERTS: trust.file }) },
        json,
        'The CEN emulator listens. Settings of an Alibaba client:',
      )
      const stop = stopSignal()
      await new Promise((resolve) => stop.addEventListener('abort', resolve))
      await server.stop()
    })
}
