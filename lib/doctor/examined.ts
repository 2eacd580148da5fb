/** What is examined: the settings of a worker, and the part of it that matters. */
import type { Config } from '../config/config.js'
import type { AttachmentRequest } from '../domain/messages/request.js'
import { ANY, CEN_OWNER, type PolicyRule } from '../policy/schema.js'

export interface Scope {
  readonly cenId?: string
  readonly regionId?: string
  readonly request?: AttachmentRequest
}

export interface Examined {
  /** Settings with faults are replaced by others that must not be used: see `isUsable`. */
  readonly config: Config
  /** `NAME fault`, as the worker names it. */
  readonly faults: readonly string[]
  /** The rules of the policy; none if it allows everything. */
  readonly rules: readonly PolicyRule[]
  readonly scope: Scope
  /** The deployed stack that the settings are from. */
  readonly stage?: ExaminedStage
  readonly nowMs: number
}

export interface ExaminedStage {
  readonly stackName: string
  readonly status: string
  /** The role of the function, which is not who runs the checks. */
  readonly roleArn?: string
  /** The code of the failure, if the settings of the function could not be read. */
  readonly settingsUnread?: string
  /** True: the shell has an identity at Alibaba of its own, which the checks use. */
  readonly ownAlibabaIdentity: boolean
}

export const isUsable = ({ faults }: Examined, setting: string): boolean =>
  !faults.some((fault) => fault.startsWith(`${setting} `))

/** The CENs to look at; `all`: every CEN of the account is meant. */
export function targetCens({ scope, rules }: Examined): { readonly named: readonly string[]; readonly all: boolean } {
  const one = scope.request?.attachment.cenId ?? scope.cenId
  if (one !== undefined) return { named: [one], all: false }
  const named = rules.flatMap(({ cenIds }) => cenIds)
  return { named: [...new Set(named)].filter((id) => id !== ANY), all: rules.length === 0 || named.includes(ANY) }
}

/** The regions to look at on a CEN; none: those in which it has a transit router. */
export function targetRegions({ scope, rules }: Examined, cenId: string): readonly string[] {
  const one = scope.request?.attachment.childInstanceRegionId ?? scope.regionId
  if (one !== undefined) return [one]
  const named = rules.filter(({ cenIds }) => cenIds.includes(cenId)).flatMap(({ regionIds = [] }) => regionIds)
  return [...new Set(named)]
}

/** The owner accounts to look at. */
export function targetOwners({ scope, rules }: Examined): readonly string[] {
  if (scope.request) return [scope.request.attachment.childInstanceOwnerId ?? []].flat()
  const named = rules.flatMap(({ ownerIds }) => ownerIds)
  return [...new Set(named)].filter((id) => id !== ANY && id !== CEN_OWNER)
}
