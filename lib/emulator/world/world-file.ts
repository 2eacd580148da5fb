/** The schema of a world file: what exists in the emulator, its limits and faults, and the expected outcomes. */
import * as v from 'valibot'
import { type Attachment, CHILD_INSTANCE_TYPES } from '../../domain/attachment.js'
import { OUTCOMES } from '../../domain/messages/result.js'
import {
  AccountFacts,
  AttachmentFacts,
  Blocker,
  Editions,
  EnterpriseLimits,
  RegionFacts,
  RouteTableRow,
  TransitRouterRow,
  VSwitchRow,
} from './enterprise/enterprise-file.js'
import { FaultPlanEntry } from './fault-plan.js'
import { Count, Duration, Ms } from './numbers.js'
import { Grant, OidcProvider, Role } from './trust-file.js'

const Type = v.picklist(CHILD_INSTANCE_TYPES)

const Account = v.strictObject({
  accountId: v.string(),
  accessKeyId: v.optional(v.string()),
  accessKeySecret: v.optional(v.string()),
  securityToken: v.optional(v.string()),
  /** Business id: networks of accounts with different business ids cannot be attached. */
  bid: v.optional(v.string()),
  /** False: no such account. */
  exists: v.optional(v.boolean()),
  /** True: an attach answers Operation.FailedAndTryAgain. */
  labelLookupFails: v.optional(v.boolean()),
  /** Actions that RAM denies to the account. */
  denied: v.optional(v.array(v.string())),
  ...AccountFacts,
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
  attachMs: v.optional(Duration),
  attachesAtOnce: v.optional(Count),
  transitRouters: v.optional(v.array(TransitRouterRow)),
})

const ChildInstance = v.strictObject({
  childInstanceId: v.string(),
  type: v.optional(Type),
  regionId: v.optional(v.string()),
  ownerId: v.optional(v.string()),
  status: v.optional(v.string()),
  routeTableStatus: v.optional(v.string()),
  cidrBlock: v.optional(v.string()),
  vSwitches: v.optional(v.array(VSwitchRow)),
  routeTables: v.optional(v.array(RouteTableRow)),
  /** When every pending status becomes available, milliseconds after the start. */
  availableAfterMs: v.optional(Ms),
  attachMs: v.optional(Duration),
  /** True: an attachment stays Attaching for ever. */
  neverAttaches: v.optional(v.boolean()),
  vpnBgp: v.optional(v.boolean()),
  ecrId: v.optional(v.string()),
  accessDevice: v.optional(v.string()),
  routerInterfaceId: v.optional(v.string()),
  routePropagationSource: v.optional(v.string()),
  routesPublishedBy: v.optional(v.string()),
  /** What must be removed before it can be detached. */
  blockers: v.optional(v.array(Blocker)),
})

const Attached = v.strictObject({
  cenId: v.string(),
  childInstanceId: v.string(),
  status: v.optional(v.picklist(['Attached', 'Attaching', 'Detaching'])),
  attachTime: v.optional(v.string()),
  /** When a change that is under way ends, milliseconds after the start; absent: never. */
  endsAfterMs: v.optional(Ms),
  ...AttachmentFacts,
})

const MovingLimits = v.strictObject({
  attachMs: v.optional(Duration),
  detachMs: v.optional(Duration),
  ...EnterpriseLimits,
  /** More changes under way than this on one CEN answer Operation.Blocking. */
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
  outcome: v.picklist(OUTCOMES),
  code: v.optional(v.string()),
  adopted: v.optional(v.boolean()),
})

export const WorldFile = v.strictObject({
  /** False: only what the file names exists. By default a CEN, account or instance exists once a call names it. */
  open: v.optional(v.boolean()),
  /** Additional regions, and facts of known ones; a new region without types is one of every type. */
  regions: v.optional(
    v.array(
      v.union([v.string(), v.strictObject({ regionId: v.string(), types: v.optional(v.array(Type)), ...RegionFacts })]),
    ),
  ),
  editions: v.optional(Editions, {}),
  accounts: v.optional(v.array(Account), []),
  cens: v.optional(v.array(Cen), []),
  childInstances: v.optional(v.array(ChildInstance), []),
  attached: v.optional(v.array(Attached), []),
  /** Grants that the owners have made, or make while the emulator runs; they override the next two keys. */
  grants: v.optional(v.array(Grant), []),
  /** False: only the grants of `grants` have been made. */
  grantsMade: v.optional(v.boolean()),
  /** Grants that the owners have not made; all others have. */
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
      /** How long a new CEN is Creating. */
      createMs: v.optional(Ms),
      /** How long a grant takes: another one of the same child instance answers TaskConflict meanwhile. */
      grantMs: v.optional(Ms),
      /** How long a new grant is not yet effective. */
      grantDelayMs: v.optional(Ms),
      /** Changes of these limits, each from its time on. */
      moves: v.optional(v.array(v.strictObject({ afterMs: Ms, ...MovingLimits.entries }))),
    }),
    {},
  ),
  faults: v.optional(v.array(FaultPlanEntry), []),
  /** Default settings of the worker of `local`. */
  worker: v.optional(
    v.strictObject({
      /** The path of a policy file, relative to this file. */
      attachmentPolicy: v.optional(v.string()),
      grantRoleName: v.optional(v.string()),
    }),
    {},
  ),
  /** Additional message bodies on the queue, valid or not. */
  messages: v.optional(v.array(v.string()), []),
  expect: v.optional(
    v.strictObject({ others: v.optional(ExpectedOutcome), rows: v.optional(v.array(ExpectedOutcome), []) }),
  ),
})

export type WorldFile = v.InferOutput<typeof WorldFile>

type WorldReading =
  | { readonly ok: true; readonly world: WorldFile }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Parses a world file; the result names every fault with its path. */
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

/** The world with the CENs and child instances of these attachments added; entries of the file take precedence. */
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
