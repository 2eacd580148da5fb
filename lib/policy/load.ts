/** Reads the policy setting: the path of a file, the policy as JSON, or the word that allows everything. */
import { ALLOW_ALL, allowAll, createPolicy, type Policy } from './policy.js'
import { type PolicyFileReading, type PolicyRule, readPolicyFile } from './schema.js'

/** Reads a file; passed in by the entry point. Throws an error that names the file. */
export type ReadFile = (path: string) => string

interface PolicyReading {
  /** The policy; one that denies everything if there are faults. */
  readonly policy: Policy
  /** Its rules; none if it allows everything, or has faults. */
  readonly rules: readonly PolicyRule[]
  /** Each with its file, if there is one, and its path in the policy. */
  readonly faults: readonly string[]
}

const DENY_ALL = createPolicy({ version: 1, rules: [] })

/** Reads the policy, or reports every fault. Never throws. */
export function readPolicy(setting: string, readFile: ReadFile): PolicyReading {
  const trimmed = setting.trim()
  if (trimmed === ALLOW_ALL) return { policy: allowAll, rules: [], faults: [] }
  if (trimmed.startsWith('{')) return toReading(readPolicyFile(trimmed), '')
  let text: string
  try {
    text = readFile(trimmed)
  } catch (error) {
    const { message } = error as Error
    return {
      policy: DENY_ALL,
      rules: [],
      faults: [`must be a policy file, a policy as JSON, or the word ${ALLOW_ALL}; ${message}`],
    }
  }
  return toReading(readPolicyFile(text), `${trimmed}: `)
}

const toReading = (reading: PolicyFileReading, filePrefix: string): PolicyReading =>
  reading.ok
    ? { policy: createPolicy(reading.file), rules: reading.file.rules, faults: [] }
    : {
        policy: DENY_ALL,
        rules: [],
        faults: reading.faults.map(({ path, message }) => `${filePrefix}${path}: ${message}`),
      }
