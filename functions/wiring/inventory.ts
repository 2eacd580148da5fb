/** The CENs as somebody reads them who sends no message: Alibaba's settings alone. */
import { createAttacher } from '../../lib/alibaba/attacher.js'
import { CBN_VERSION } from '../../lib/alibaba/cbn.js'
import { createInventory, type Inventory } from '../../lib/alibaba/inventory.js'
import { createRpcCall } from '../../lib/alibaba/rpc.js'
import { STS_VERSION } from '../../lib/alibaba/sts.js'
import { type Environment, readConfig } from '../../lib/config.js'
import { systemClock } from '../../lib/host/system-clock.js'
import type { Attacher } from '../../lib/ports.js'
import { WrongUse } from './terminal.js'

/** Settings of a worker that a reader of CENs has no use for. */
const UNUSED = {
  REQUEST_QUEUE_URL: 'http://unused/requests',
  DEAD_LETTER_QUEUE_URL: 'http://unused/dead-letters',
  RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:unused',
  ATTACHMENT_POLICY: 'allow-all',
}

/** Throws wrong use where the settings have faults. */
export function readInventory(env: Environment): Inventory & Pick<Attacher, 'readState'> {
  const reading = readConfig({ ...env, ...UNUSED })
  if (!reading.ok) throw new WrongUse(reading.faults)
  const { endpoints, alibabaKeys, cenOwnerId } = reading.config
  const credentials = alibabaKeys ? { keys: alibabaKeys } : {}
  const cbn = createRpcCall({ endpoint: endpoints.cbn, version: CBN_VERSION }, credentials, systemClock)
  const sts = createRpcCall({ endpoint: endpoints.sts, version: STS_VERSION }, credentials, systemClock)
  return {
    ...createInventory(cbn, systemClock),
    readState: createAttacher({ cbn, sts }, systemClock, cenOwnerId).readState,
  }
}
