/** The inventory of CENs for commands that need Alibaba's settings only. */

import type { BasicCalls } from '../../lib/alibaba/basic/calls.js'
import { createInventory, type Inventory } from '../../lib/alibaba/basic/inventory.js'
import { createStateReader } from '../../lib/alibaba/basic/state-reader.js'
import { getCallerIdentity } from '../../lib/alibaba/credentials/sts.js'
import { type Environment, readConfig } from '../../lib/config/config.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { UsageError } from '../terminal/print.js'
import { awsConnectionOf } from './aws.js'
import { buildCalls } from './driver.js'
import { readTextFile } from './process.js'

/** Required settings of a worker that the inventory does not use. */
const UNUSED = {
  REQUEST_QUEUE_URL: 'http://unused/requests',
  DEAD_LETTER_QUEUE_URL: 'http://unused/dead-letters',
  RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:unused',
  ATTACHMENT_POLICY: 'allow-all',
}

/** Throws wrong use if the settings have faults. */
export function readInventory(env: Environment): Inventory & Pick<BasicCalls, 'readState'> {
  const reading = readConfig({ ...env, ...UNUSED }, readTextFile)
  if (!reading.ok) throw new UsageError(reading.faults)
  const { cbn } = buildCalls(reading.config, awsConnectionOf(env), systemClock)
  return { ...createInventory(cbn), readState: createStateReader(cbn, systemClock, reading.config.caps) }
}

/** The account of the Alibaba credentials and the CENs that it owns, as far as they can be read; throws wrong use as `readInventory`. */
export async function readCenAccount(env: Environment, timeoutMs: number) {
  const reading = readConfig({ ...env, ...UNUSED }, readTextFile)
  if (!reading.ok) throw new UsageError(reading.faults)
  const { cbn, sts } = buildCalls(reading.config, awsConnectionOf(env), systemClock)
  const limits = { deadlineMs: systemClock.now() + timeoutMs }
  return { account: await getCallerIdentity(sts, limits), cens: await createInventory(cbn).cens(limits) }
}

const LIST_TIMEOUT_MS = 120_000

/** How long one listing may take from now on. */
export const listingLimits = () => ({ deadlineMs: systemClock.now() + LIST_TIMEOUT_MS })
