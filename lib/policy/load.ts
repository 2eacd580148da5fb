/** The setting that names the policy: a file's path, the policy itself as JSON, or the word that allows all. */
import { ALLOW_ALL, allowAll, createPolicy, type Policy } from './policy.js'
import { type PolicyFileReading, readPolicyFile } from './schema.js'

/** Reads a file's text; throws with a reason that names the file where it cannot. The door's part of reading a setting. */
export type ReadFile = (path: string) => string

export interface PolicyReading {
  /** Where there are faults, one that denies everything. */
  readonly policy: Policy
  /** Each with the file, where there is one, and the path in it. */
  readonly faults: readonly string[]
}

const DENY_ALL = createPolicy({ version: 1, rules: [] })

/** Reads the setting, or names every fault of it. Never throws. */
export function readPolicy(setting: string, readFile: ReadFile): PolicyReading {
  const trimmed = setting.trim()
  if (trimmed === ALLOW_ALL) return { policy: allowAll, faults: [] }
  if (trimmed.startsWith('{')) return toReading(readPolicyFile(trimmed), '')
  let text: string
  try {
    text = readFile(trimmed)
  } catch (error) {
    const { message } = error as Error
    return {
      policy: DENY_ALL,
      faults: [`must be a policy file, a policy as JSON, or the word ${ALLOW_ALL}; ${message}`],
    }
  }
  return toReading(readPolicyFile(text), `${trimmed}: `)
}

const toReading = (reading: PolicyFileReading, where: string): PolicyReading =>
  reading.ok
    ? { policy: createPolicy(reading.file), faults: [] }
    : { policy: DENY_ALL, faults: reading.faults.map(({ path, message }) => `${where}${path}: ${message}`) }
