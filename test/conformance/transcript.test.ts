import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createTranscript } from '../../conformance/transcript.js'
import type { RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import { failureOf } from '../../lib/domain/failure.js'
import { holdSecrets } from '../../lib/domain/scrub.js'

const HELD = 'held-secret-of-the-environment'
const limits = { deadlineMs: Number.POSITIVE_INFINITY }
let nowMs = Date.parse('2026-11-29T09:00:00Z')
const clock = { now: () => nowMs, sleep: async () => {} }

it('has each call with its answer and time, without any secret, in a file that only its user reads', async () => {
  holdSecrets(HELD)
  const folder = mkdtempSync(join(tmpdir(), 'transcript-'))
  const path = join(folder, 'transcript.jsonl')
  const transcript = createTranscript(clock, path)
  const keys = { AccessKeyId: 'STS.key', AccessKeySecret: 'session-secret', SecurityToken: 'session-token' }
  const answers: RpcCall = async (action) => {
    nowMs += 250
    if (action === 'Refused')
      return {
        ok: false,
        failure: failureOf({ code: 'Throttling', message: `Signature=abc&x=${HELD}`, retryAfterMs: 900 }),
      }
    return { ok: true, value: { RequestId: 'R1', Credentials: keys, Name: HELD, List: [{ Secret: 'inner' }] } }
  }
  const call = transcript.record('own', 'sts', answers)
  expect(await call('AssumeRole', { RoleArn: 'acs:ram::1:role/x', SecurityToken: 'in-token' }, limits)).toMatchObject({
    ok: true,
    value: { Credentials: keys },
  })
  await call('Refused', {}, limits)
  const text = readFileSync(path, 'utf8')
  for (const secret of [...Object.values(keys), HELD, 'in-token', 'inner', 'abc']) expect(text).not.toContain(secret)
  const [first, second] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(first).toEqual({
    at: '2026-11-29T09:00:00.000Z',
    account: 'own',
    product: 'sts',
    action: 'AssumeRole',
    parameters: { RoleArn: 'acs:ram::1:role/x', SecurityToken: '…' },
    tookMs: 250,
    code: 'OK',
    httpStatus: 200,
    requestId: 'R1',
    answer: {
      Credentials: { AccessKeyId: '…', AccessKeySecret: '…', SecurityToken: '…' },
      Name: '…',
      List: [{ Secret: '…' }],
    },
  })
  expect(second).toMatchObject({ action: 'Refused', code: 'Throttling', retryAfterMs: 900 })
  expect(transcript.lines).toHaveLength(2)
  expect(statSync(path).mode & 0o077).toBe(0)
  rmSync(folder, { recursive: true })
})
