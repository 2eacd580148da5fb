/** The door of a container: the long-running worker without the command line. */
import { runWorkerProcess } from './compose/worker.js'

// Calls that outlast the grace must not keep the process.
process.exit(await runWorkerProcess(process.env))
