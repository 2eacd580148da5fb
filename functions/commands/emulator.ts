/** `cen-attach emulator` */
import type { Command } from 'commander'
import { createEmulator } from '../../lib/emulator/emulator.js'
import { startEmulatorServer } from '../../lib/emulator/server.js'
import { shiftedClock } from '../../lib/emulator/shifted-clock.js'
import { systemClock } from '../../lib/host/system-clock.js'
import { howToTrust, writeCertificate } from '../wiring/emulator-certificate.js'
import { readWorld } from '../wiring/input-file.js'
import { emulatorEnv } from '../wiring/local-cloud.js'
import { portOption, saySettings } from '../wiring/settings-print.js'
import { stopSignal } from '../wiring/stop-signal.js'
import { onPort } from '../wiring/taken-port.js'
import { say } from '../wiring/terminal.js'

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
    .option('--port <number>', 'port to listen on; 0 picks a free one', portOption, 0)
    .option('--world <file>', 'what exists, and what is wrong with it (JSON)')
    .option('--tls [file]', 'https, by a self-made certificate that is written to this file')
    .option('--json', 'print the settings as one JSON object')
    .addHelpText('after', '\nExample:\n  cen-attach emulator --port 8080 --world events/onboarding.world.json')
    .action(async ({ port, world, tls, json }: EmulatorOptions) => {
      const clock = shiftedClock(systemClock)
      const trust = tls === undefined ? undefined : writeCertificate(tls, systemClock.now())
      const emulator = createEmulator(readWorld(world), clock, Math.random)
      const server = await onPort('--port', port, startEmulatorServer(emulator, clock, port, trust?.signed))
      if (trust && !json) say(`# ${howToTrust(trust.file)}`)
      saySettings(
        { ...emulatorEnv(server.url), ...(trust && { NODE_EXTRA_CA_CERTS: trust.file }) },
        json,
        'The CEN emulator listens. These settings point an Alibaba client at it:',
      )
      const stop = stopSignal(() => undefined)
      await new Promise((resolve) => stop.addEventListener('abort', resolve))
      await server.stop()
    })
}
