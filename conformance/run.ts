/** `npm run conformance`: starts the suite with this process's arguments, environment, terminal and signals. */
import { randomBytes } from 'node:crypto'
import { holdEnvironment } from '../functions/compose/held-secrets.js'
import { stopSignal } from '../functions/compose/process.js'
import { userTerminal } from '../functions/terminal/ask.js'
import { print, warn } from '../functions/terminal/print.js'
import { systemClock } from '../lib/telemetry/system-clock.js'
import { main } from './main.js'

holdEnvironment(process.env)
const signal = stopSignal(() => warn('ending: what was created is deleted; once more to exit at once and leave it'))
const newRunId = () => randomBytes(6).toString('hex')
const host = { env: process.env, clock: systemClock, terminal: userTerminal, print, signal, newRunId }
process.exit(await main(process.argv.slice(2), host))
