/** The parts of the bench, in the order in which they run. */
import { billed } from './billed.js'
import { bulk } from './bulk.js'
import { coldStart } from './cold-start.js'
import { consolePage } from './console-page.js'
import { cost } from './cost.js'
import { fairness } from './fairness.js'
import { makespan } from './makespan.js'
import { memory } from './memory.js'
import { oneRequest } from './one-request.js'
import { overhead } from './overhead.js'
import type { Part } from './part.js'
import { recovery } from './recovery.js'
import { scale } from './scale.js'

export const PARTS: readonly Part[] = [
  oneRequest,
  makespan,
  overhead,
  memory,
  recovery,
  fairness,
  scale,
  coldStart,
  billed,
  bulk,
  consolePage,
  cost,
]
