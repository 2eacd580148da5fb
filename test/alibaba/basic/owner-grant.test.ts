import { describe, expect, it } from 'vitest'
import { createOwnerGrant } from '../../../lib/alibaba/basic/owner-grant.js'
import type { RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import type { Attachment } from '../../../lib/domain/attachment.js'
import { answered } from '../../../lib/domain/failure.js'

const network = (childInstanceId: string): Attachment => ({
  cenId: 'cen-1',
  childInstanceId,
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
  childInstanceOwnerId: '1700000000000002',
})
const LIMITS = { deadlineMs: 1_000 }

/** An owner's account whose calls end when `finish` is called. */
function createAccount() {
  const begun: string[] = []
  const finishers: (() => void)[] = []
  const sts: RpcCall = async () =>
    answered({
      Credentials: {
        AccessKeyId: 'id',
        AccessKeySecret: 'secret',
        SecurityToken: 'token',
        Expiration: '2030-01-01T00:00:00Z',
      },
    })
  const owner = createOwnerGrant(sts, { name: 'grantor', sessionName: 'test' }, ({ operation, parameters }) => {
    begun.push(`${operation} ${parameters.InstanceId}`)
    return new Promise((resolve) => finishers.push(() => resolve(answered({}))))
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { owner, begun, settled, finish: () => finishers.shift()?.() }
}

describe('the grant of an owner', () => {
  it('is changed in sequence: a grant and a revoke of one child instance do not overlap, those of others do', async () => {
    const { owner, begun, settled, finish } = createAccount()
    const changes = [
      owner.grant(network('vpc-1'), '1', 'token-1', LIMITS),
      owner.revoke(network('vpc-1'), '1', LIMITS),
      owner.revoke(network('vpc-2'), '1', LIMITS),
    ]
    await settled()
    expect(begun).toEqual(['GrantInstanceToCen vpc-1', 'RevokeInstanceFromCen vpc-2'])
    finish()
    await settled()
    expect(begun.slice(2)).toEqual(['RevokeInstanceFromCen vpc-1'])
    finish()
    finish()
    expect((await Promise.all(changes)).map(({ ok }) => ok)).toEqual([true, true, true])
  })
})
