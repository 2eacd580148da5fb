/** Entry point of a container: the long-running worker without the command line. */
import { runWorkerProcess } from './compose/worker.js'

// Calls that outlast the grace period must not keep the process alive.
process.exit(await runWorkerProcess(process.env))
