/** The door of a container: the long-running worker without the command line. */
import { runWorkerProcess } from './wiring/worker-process.js'

process.exitCode = await runWorkerProcess(process.env)
