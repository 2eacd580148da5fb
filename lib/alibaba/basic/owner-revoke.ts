/** Takes grants back for the owner: by the role in its account, with a session policy that allows only this call. */
import type { Attachment, ChildInstanceType } from '../../domain/attachment.js'
import type { Answer } from '../../domain/failure.js'
import { revokeCall } from '../../domain/grant-call.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { createSequences } from '../sdk/in-sequence.js'
import type { RpcCall } from '../sdk/rpc.js'
import { assumeOwnerRole, type GrantRule, type MakeGrant, type OwnerRole } from './owner-grant.js'

/** Source: RAM authorization on the pages of RevokeInstanceFromCen (Vpc) and RevokeInstanceFromCbn (Smartag). */
export const REVOKE_RULES: Readonly<Record<ChildInstanceType, GrantRule>> = {
  VPC: { action: 'vpc:RevokeInstanceFromCen', product: 'vpc', resource: 'vpc' },
  VBR: { action: 'vpc:RevokeInstanceFromCen', product: 'vpc', resource: 'virtualborderrouter' },
  CCN: { action: 'smartag:RevokeInstanceFromCbn', product: 'smartag', resource: 'ccn' },
}

export type OwnerRevoke = (attachment: Attachment, cenOwnerId: string, limits: CallLimits) => Promise<Answer<unknown>>

/** A grant that is gone already is ok. Changes of one child instance are made in sequence, as grants are. */
export function createOwnerRevoke(sts: RpcCall, role: OwnerRole, make: MakeGrant): OwnerRevoke {
  const inSequence = createSequences()

  const revoke: OwnerRevoke = async (attachment, cenOwnerId, limits) => {
    const session = await assumeOwnerRole(sts, role, attachment, REVOKE_RULES, limits)
    if (!session.ok) return session
    const answer = await make(revokeCall(attachment, cenOwnerId), undefined, session.value.keys, limits)
    return !answer.ok && answer.failure.kind === 'absent' ? { ok: true, value: {} } : answer
  }

  return (attachment, ...rest) => inSequence(attachment.childInstanceId, () => revoke(attachment, ...rest))
}
