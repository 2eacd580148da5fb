/** The state file: what a run creates, written before and after each creation, so that a crash loses nothing. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import * as v from 'valibot'

export const KINDS = ['cen', 'vpc', 'vswitch', 'router'] as const

const Resource = v.strictObject({
  /** A name of resources.ts. */
  name: v.string(),
  kind: v.picklist(KINDS),
  /** The account in which it is: `own`, `owner` or `bare`. */
  account: v.string(),
  /** Absent until the creating call has answered. */
  id: v.optional(v.string()),
  /** Of a router its CEN, of a vSwitch its VPC. */
  parentId: v.optional(v.string()),
  deleted: v.optional(v.boolean()),
})
export type CreatedResource = v.InferOutput<typeof Resource>

const State = v.strictObject({
  runId: v.pipe(v.string(), v.regex(/^[a-z0-9]{8,20}$/)),
  regionId: v.string(),
  /** Account ids by the name of the account: a clean-up with other keys would not find the resources. */
  accounts: v.record(v.string(), v.string()),
  resources: v.array(Resource),
})
export type RunState = v.InferOutput<typeof State>

export interface StateFile {
  readonly state: RunState
  /** Notes that a resource is about to be created; the second function notes its id. */
  creating(resource: Omit<CreatedResource, 'id' | 'deleted'>): (id: string) => void
  /** Notes an id that was found by its tag. */
  found(name: string, id: string): void
  deleted(name: string): void
  /** Removes the file: nothing is left. */
  remove(): void
}

/** Keeps the state in a file, or without a path in memory only. */
export function createStateFile(path: string | undefined, initial: RunState): StateFile {
  let state = initial
  const put = (next: RunState) => {
    state = next
    if (path === undefined) return
    const file = openSync(`${path}.new`, 'w', 0o600)
    writeSync(file, `${JSON.stringify(next, null, 2)}\n`)
    fsyncSync(file)
    closeSync(file)
    renameSync(`${path}.new`, path)
  }
  const change = (name: string, fields: Partial<CreatedResource>) =>
    put({
      ...state,
      resources: state.resources.map((one) => (one.name === name ? { ...one, ...fields } : one)),
    })
  put(initial)
  return {
    get state() {
      return state
    },
    creating(resource) {
      put({ ...state, resources: [...state.resources.filter(({ name }) => name !== resource.name), resource] })
      return (id) => change(resource.name, { id })
    },
    found: (name, id) => change(name, { id }),
    deleted: (name) => change(name, { deleted: true }),
    remove() {
      if (path !== undefined) rmSync(path, { force: true })
    },
  }
}

/** The state of an earlier run; undefined if there is no such file. Throws if the file is no state file. */
export function readState(path: string): RunState | undefined {
  if (!existsSync(path)) return undefined
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new Error(`${path} is not JSON: it is no state file of this suite`)
  }
  const parsed = v.safeParse(State, value)
  if (!parsed.success)
    throw new Error(
      `${path} is no state file of this suite: ${v.flatten(parsed.issues).root?.[0] ?? parsed.issues[0].message}`,
    )
  return parsed.output
}
