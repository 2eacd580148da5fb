/** The CENs as somebody reads them who sends no message: Alibaba's settings alone. */
import { createInventory, type Inventory } from '../../lib/alibaba/inventory.js'
import { createStateReader } from '../../lib/alibaba/state-reader.js'
import { type Environment, readConfig } from '../../lib/config.js'
import { systemClock } from '../../lib/host/system-clock.js'
import type { Attacher } from '../../lib/ports.js'
import { buildCalls } from './attacher.js'
import { awsPlaceOf } from './aws-place.js'
import { WrongUse } from './terminal.js'
import { readTextFile } from './text-file.js'

/** Settings of a worker that a reader of CENs has no use for. */
const UNUSED = {
  REQUEST_QUEUE_URL: 'http://unused/requests',
  DEAD_LETTER_QUEUE_URL: 'http://unused/dead-letters',
  RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:unused',
  ATTACHMENT_POLICY: 'allow-all',
}

/** Throws wrong use where the settings have faults. */
export function readInventory(env: Environment): Inventory & Pick<Attacher, 'readState'> {
  const reading = readConfig({ ...env, ...UNUSED }, readTextFile)
  if (!reading.ok) throw new WrongUse(reading.faults)
  const { cbn } = buildCalls(reading.config, awsPlaceOf(env), systemClock)
  return { ...createInventory(cbn), readState: createStateReader(cbn, systemClock, reading.config.caps) }
}
