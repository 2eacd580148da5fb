import { describe, expect, it } from 'vitest'
import { assumeRole, getCallerIdentity } from '../../../lib/alibaba/credentials/sts.js'
import type { Body } from '../../../lib/alibaba/sdk/rpc.js'

const LIMITS = { deadlineMs: Infinity }
const ROLE = { RoleArn: 'acs:ram::1:role/r', RoleSessionName: 's', DurationSeconds: 900 }
const answering = (value: Body) => async () => ({ ok: true, value }) as const
const session = (more: Body) => ({
  Credentials: {
    AccessKeyId: 'a',
    AccessKeySecret: 's',
    SecurityToken: 't',
    Expiration: '2026-01-01T00:00:00Z',
    ...more,
  },
})
const unreadable = { ok: false, failure: { code: 'UnreadableAnswer' } }
/** An object that no text can be made of. */
const HOSTILE = { toString: 7, valueOf: 7 }

describe('the account of the caller', () => {
  it.each([1688000000000001, '1688000000000001'])('is a text: %j', async (AccountId) => {
    const answer = await getCallerIdentity(answering({ AccountId, Arn: 'acs:ram::1:user/u' }), LIMITS)
    expect(answer).toEqual({ ok: true, value: { AccountId: '1688000000000001', Arn: 'acs:ram::1:user/u' } })
  })

  it.each<Body>([
    {},
    { AccountId: 'x', Arn: 'a' },
    { AccountId: 1e300, Arn: 'a' },
    { AccountId: HOSTILE, Arn: 'a' },
    { AccountId: '1', Arn: HOSTILE },
  ])('is unreadable in %j', async (body) => {
    expect(await getCallerIdentity(answering(body), LIMITS)).toMatchObject(unreadable)
  })
})

describe('the keys of a role', () => {
  it('are valid until they expire', async () => {
    expect(await assumeRole(answering(session({})), ROLE, LIMITS)).toEqual({
      ok: true,
      value: {
        keys: { accessKeyId: 'a', accessKeySecret: 's', securityToken: 't' },
        expiresAtMs: Date.parse('2026-01-01T00:00:00Z'),
      },
    })
  })

  it.each<Body>([
    {},
    { Credentials: 'x' },
    session({ SecurityToken: '' }),
    session({ AccessKeySecret: 7 }),
    session({ Expiration: 'soon' }),
    session({ Expiration: HOSTILE }),
  ])('are unreadable in %j', async (body) => {
    expect(await assumeRole(answering(body), ROLE, LIMITS)).toMatchObject(unreadable)
  })
})
