/** The files of ledgers: one for each campaign and request queue, so that two queues never share a ledger. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import type { AppendLog } from '../../lib/campaigns/store/append-log.js'
import { openAppendLog } from '../../lib/campaigns/store/append-log-file.js'
import { createLedger } from '../../lib/campaigns/store/ledger.js'
import type { Environment } from '../../lib/config/config.js'
import { sha256Hex } from '../../lib/domain/digest.js'
import { UsageError } from '../terminal/print.js'

/** `--ledger`, or the state folder of the XDG base directory specification. */
export const ledgerFolder = (named: string | undefined, env: Environment): string =>
  named ?? join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'cen-attach')

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'the folder is a file',
  ENOTDIR: 'the folder is a file',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

/** Wrong use: first the file or folder and the reason, then what to set. */
function unusable(what: string, error: unknown): UsageError {
  const { code = '', message } = error as NodeJS.ErrnoException
  return new UsageError([`${what}: ${REASONS[code] ?? message}`, 'name another folder with --ledger or XDG_STATE_HOME'])
}

const SUFFIX = /\.[0-9a-f]{8}\.jsonl$/

/** The path of the ledger; without a queue that of the latest ledger of this campaign, for any queue. */
export function ledgerFile(folder: string, campaignId: string, requestQueueUrl?: string): string {
  if (requestQueueUrl) return join(folder, `${campaignId}.${sha256Hex(requestQueueUrl).slice(0, 8)}.jsonl`)
  const names = namesIn(folder).filter((name) => SUFFIX.test(name))
  const changedAtMs = (path: string) => statSync(path).mtimeMs
  const [latest] = names
    .filter((name) => name.replace(SUFFIX, '') === campaignId)
    .map((name) => join(folder, name))
    .sort((one, other) => changedAtMs(other) - changedAtMs(one))
  return latest ?? join(folder, `${campaignId}.00000000.jsonl`)
}

/** Throws wrong use if the folder is there and cannot be read. */
function namesIn(folder: string): string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : []
  } catch (error) {
    throw unusable(`${folder}, the folder of the ledgers, cannot be read`, error)
  }
}

/** Opens the log of the ledger. Throws wrong use if it cannot be written. */
export async function openLedgerLog(folder: string, campaignId: string, requestQueueUrl?: string): Promise<AppendLog> {
  const path = ledgerFile(folder, campaignId, requestQueueUrl)
  try {
    return await openAppendLog(path)
  } catch (error) {
    throw unusable(`${path}, the ledger of ${campaignId}, cannot be written`, error)
  }
}

export const hasLedger = (folder: string, campaignId: string, requestQueueUrl?: string): boolean =>
  existsSync(ledgerFile(folder, campaignId, requestQueueUrl))

/** Each attachment once, from the last of the campaigns that has it. Throws wrong use for a campaign without a ledger. */
export async function readPastRows(past: readonly string[], folder: string): Promise<PlannedRow[]> {
  const absent = past.filter((campaignId) => !hasLedger(folder, campaignId))
  if (absent.length > 0) throw new UsageError(absent.map((id) => `there is no ledger of ${id} in ${folder}`))
  const rows = new Map<string, PlannedRow>()
  for (const campaignId of past) {
    const ledger = createLedger(await openLedgerLog(folder, campaignId))
    await ledger.catchUp()
    for (const { row } of ledger.outcomes.trackedRows())
      rows.set(row.request.idempotencyKey, { ...row, where: `${campaignId} ${row.where}` })
  }
  return [...rows.values()]
}
