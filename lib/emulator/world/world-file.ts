/** The world file: what exists in the emulator, what is wrong with it, and what is expected to come out. */
import * as v from 'valibot'
import type { Attachment } from '../../domain/attachment.js'
import { FaultPlanEntry } from './fault-plan.js'
import { Grant, OidcProvider, Role } from './trust-file.js'

const Ms = v.pipe(v.number(), v.minValue(0))
const Count = v.pipe(v.number(), v.integer(), v.minValue(1))

const Type = v.picklist(['VPC', 'VBR', 'CCN'])

const Account = v.strictObject({
  accountId: v.string(),
  accessKeyId: v.optional(v.string()),
  accessKeySecret: v.optional(v.string()),
  securityToken: v.optional(v.string()),
  /** Business id: accounts of two business ids cannot be joined. */
  bid: v.optional(v.string()),
  /** False: no such account. */
  exists: v.optional(v.boolean()),
  /** True: the account's label cannot be looked up. */
  labelLookupFails: v.optional(v.boolean()),
  /** Actions that RAM denies to it. */
  denied: v.optional(v.array(v.string())),
})

const TransitRouter = v.strictObject({
  regionId: v.string(),
  type: v.optional(v.picklist(['Basic', 'Enterprise'])),
  status: v.optional(v.string()),
  /** Active from here on, milliseconds after the start. */
  activeAfterMs: v.optional(Ms),
})

const Cen = v.strictObject({
  cenId: v.string(),
  name: v.optional(v.string()),
  description: v.optional(v.string()),
  tags: v.optional(v.record(v.string(), v.string())),
  resourceGroupId: v.optional(v.string()),
  creationTime: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  ownerId: v.optional(v.string()),
  level: v.optional(v.picklist(['REDUCED', 'FULL'])),
  status: v.optional(v.string()),
  activeAfterMs: v.optional(Ms),
  attachMs: v.optional(Ms),
  attachesAtOnce: v.optional(Count),
  transitRouters: v.optional(v.array(TransitRouter)),
})

const VSwitch = v.strictObject({
  vSwitchId: v.string(),
  status: v.optional(v.string()),
  cloudBox: v.optional(v.boolean()),
})

const ChildInstance = v.strictObject({
  childInstanceId: v.string(),
  type: v.optional(Type),
  regionId: v.optional(v.string()),
  ownerId: v.optional(v.string()),
  status: v.optional(v.string()),
  routeTableStatus: v.optional(v.string()),
  vSwitches: v.optional(v.array(VSwitch)),
  /** Whatever is pending is available from here on, milliseconds after the start. */
  availableAfterMs: v.optional(Ms),
  attachMs: v.optional(Ms),
  /** True: stays Attaching for ever. */
  neverAttaches: v.optional(v.boolean()),
  vpnBgp: v.optional(v.boolean()),
  ecrId: v.optional(v.string()),
  accessDevice: v.optional(v.string()),
  routerInterfaceId: v.optional(v.string()),
  routePropagationSource: v.optional(v.string()),
  routesPublishedBy: v.optional(v.string()),
})

const Attached = v.strictObject({
  cenId: v.string(),
  childInstanceId: v.string(),
  status: v.optional(v.picklist(['Attached', 'Attaching', 'Detaching'])),
  attachTime: v.optional(v.string()),
  /** A change that is under way ends then, milliseconds after the start; without it, never. */
  endsAfterMs: v.optional(Ms),
})

const MovingLimits = v.strictObject({
  attachMs: v.optional(Ms),
  /** More attaches than this at once on one CEN answer Operation.Blocking. */
  attachesAtOnce: v.optional(Count),
  /** More calls than this in a window answer Throttling.User; `eachAction`: each action has a window of its own. */
  throttle: v.optional(
    v.strictObject({
      calls: Count,
      windowMs: Ms,
      actions: v.optional(v.array(v.string())),
      eachAction: v.optional(v.boolean()),
    }),
  ),
})

const ExpectedOutcome = v.strictObject({
  cenId: v.optional(v.string()),
  childInstanceId: v.optional(v.string()),
  outcome: v.picklist(['attached', 'failed', 'grant-required', 'preflight']),
  code: v.optional(v.string()),
  adopted: v.optional(v.boolean()),
})

export const WorldFile = v.strictObject({
  /** False: only what stands here exists. By default a CEN, account or instance exists once it is named. */
  open: v.optional(v.boolean()),
  /** Beside those that the emulator knows; a name alone is a region of every type. */
  regions: v.optional(v.array(v.union([v.string(), v.strictObject({ regionId: v.string(), types: v.array(Type) })]))),
  accounts: v.optional(v.array(Account), []),
  cens: v.optional(v.array(Cen), []),
  childInstances: v.optional(v.array(ChildInstance), []),
  attached: v.optional(v.array(Attached), []),
  /** Grants that the owners have made, or make while it runs; they go before what the two below say. */
  grants: v.optional(v.array(Grant), []),
  /** False: no grant has been made but those of `grants`. */
  grantsMade: v.optional(v.boolean()),
  /** Grants that the owners have not made; all others have been made. */
  grantsMissing: v.optional(
    v.array(
      v.strictObject({ childInstanceId: v.string(), cenId: v.optional(v.string()), grantedAfterMs: v.optional(Ms) }),
    ),
    [],
  ),
  roles: v.optional(v.array(Role), []),
  oidcProviders: v.optional(v.array(OidcProvider), []),
  limits: v.optional(
    v.strictObject({
      ...MovingLimits.entries,
      detachMs: v.optional(Ms),
      /** How long a new CEN is Creating. */
      createMs: v.optional(Ms),
      /** How long the API works on a grant: another one of the same child instance answers TaskConflict meanwhile. */
      grantMs: v.optional(Ms),
      /** How long a new grant does not count yet. */
      grantDelayMs: v.optional(Ms),
      /** These limits move: each holds from its time on, over what held before. */
      moves: v.optional(v.array(v.strictObject({ afterMs: Ms, ...MovingLimits.entries }))),
    }),
    {},
  ),
  faults: v.optional(v.array(FaultPlanEntry), []),
  /** How the worker of `local` is set where no option says otherwise. */
  worker: v.optional(
    v.strictObject({
      /** A policy file, from where this file is. */
      attachmentPolicy: v.optional(v.string()),
      grantRoleName: v.optional(v.string()),
    }),
    {},
  ),
  /** Bodies that a careless system puts on the queue besides the file. */
  messages: v.optional(v.array(v.string()), []),
  expect: v.optional(
    v.strictObject({ others: v.optional(ExpectedOutcome), rows: v.optional(v.array(ExpectedOutcome), []) }),
  ),
})

export type WorldFile = v.InferOutput<typeof WorldFile>
type ExpectedOutcome = v.InferOutput<typeof ExpectedOutcome>

type WorldReading =
  | { readonly ok: true; readonly world: WorldFile }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Reads a world file's text; names every fault with its path. */
export function readWorldFile(text: string): WorldReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, faults: [`is not JSON: ${(error as Error).message}`] }
  }
  const parsed = v.safeParse(WorldFile, value)
  if (parsed.success) return { ok: true, world: parsed.output }
  return {
    ok: false,
    faults: parsed.issues.map(
      (issue) =>
        `${v.getDotPath(issue) ?? '$'}: ${issue.expected === 'never' ? 'is not a key of a world file' : issue.message}`,
    ),
  }
}

export function worldWithRows(file: WorldFile, attachments: readonly Attachment[]): WorldFile {
  const cens = new Map(file.cens.map((cen) => [cen.cenId, cen]))
  const declared = new Map(file.childInstances.map((child) => [child.childInstanceId, child]))
  for (const {
    cenId,
    childInstanceId,
    childInstanceType: type,
    childInstanceRegionId: regionId,
    childInstanceOwnerId: ownerId,
  } of attachments) {
    const requested = { type, regionId, ...(ownerId !== undefined && { ownerId }) }
    if (!cens.has(cenId)) cens.set(cenId, { cenId })
    declared.set(childInstanceId, { childInstanceId, ...requested, ...declared.get(childInstanceId) })
  }
  return { ...file, cens: [...cens.values()], childInstances: [...declared.values()] }
}
