/** The inventory of CENs for commands that need Alibaba's settings only. */
import type { BasicCalls } from '../../lib/alibaba/basic/calls.js'
import { describeCenAttachedChildInstanceAttribute } from '../../lib/alibaba/basic/cbn.js'
import { createInventory, type Inventory } from '../../lib/alibaba/basic/inventory.js'
import { createStateReader } from '../../lib/alibaba/basic/state-reader.js'
import { getCallerIdentity } from '../../lib/alibaba/credentials/sts.js'
import { type CenInventory, readCenInventory } from '../../lib/alibaba/inventory.js'
import { type Environment, readConfig, UNUSED_SETTINGS } from '../../lib/config/config.js'
import type { Attachment } from '../../lib/domain/attachment.js'
import { type Answer, answered, mapAnswer } from '../../lib/domain/failure.js'
import type { CallLimits } from '../../lib/reconcile/driver.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { UsageError } from '../terminal/print.js'
import { awsConnectionOf } from './aws.js'
import { buildCalls } from './driver.js'
import { readTextFile } from './process.js'

export interface CenReader extends Pick<Inventory, 'cens'>, Pick<BasicCalls, 'readState'> {
  /** What is attached to a CEN, on transit routers of both editions. */
  attachments(cenId: string, limits: CallLimits): Promise<Answer<CenInventory>>
  /** The cloud service that manages an attachment of Basic Edition; undefined if none does, or if it is gone. */
  managedService(attachment: Attachment, limits: CallLimits): Promise<Answer<string | undefined>>
}

/** Throws wrong use if the settings have faults. */
export function readInventory(env: Environment): CenReader {
  const { cbn, caps } = readCalls(env)
  return {
    cens: createInventory(cbn).cens,
    attachments: (cenId, limits) => readCenInventory(cbn, cenId, limits),
    readState: createStateReader(cbn, systemClock, caps),
    async managedService(attachment, limits) {
      const answer = await describeCenAttachedChildInstanceAttribute(cbn, attachment, limits)
      if (!answer.ok && answer.failure.kind === 'absent') return answered(undefined)
      return mapAnswer(answer, ({ ManagedService }) => ManagedService)
    },
  }
}

/** The account of the Alibaba credentials and the CENs that it owns, as far as they can be read; throws wrong use as `readInventory`. */
export async function readCenAccount(env: Environment, timeoutMs: number) {
  const limits = { deadlineMs: systemClock.now() + timeoutMs }
  const { cbn, sts } = readCalls(env)
  return { account: await getCallerIdentity(sts, limits), cens: await createInventory(cbn).cens(limits) }
}

/** The account that owns the CENs: that of the settings, or of the credentials. */
export async function readCenOwner(env: Environment, limits: CallLimits): Promise<Answer<string>> {
  const { sts, cenOwnerId } = readCalls(env)
  if (cenOwnerId !== undefined) return answered(cenOwnerId)
  return mapAnswer(await getCallerIdentity(sts, limits), ({ AccountId }) => AccountId)
}

function readCalls(env: Environment) {
  const reading = readConfig({ ...env, ...UNUSED_SETTINGS }, readTextFile)
  if (!reading.ok) throw new UsageError(reading.faults)
  const { caps, cenOwnerId } = reading.config
  return { ...buildCalls(reading.config, awsConnectionOf(env), systemClock), caps, cenOwnerId }
}

const LIST_TIMEOUT_MS = 120_000

/** How long one listing may take from now on. */
export const listingLimits = () => ({ deadlineMs: systemClock.now() + LIST_TIMEOUT_MS })
