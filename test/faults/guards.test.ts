/** Every law is seen to be held by a test: each row breaks one law in a copy of the sources, and the test named must fail. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import { describe, expect, it } from 'vitest'
import { budget, figure } from '../support/budget.js'

const exec = promisify(execFile)

interface Breakage {
  readonly rule: string
  readonly file: string
  readonly find: string
  readonly put: string
  readonly test: string
}

const BREAKAGES: readonly Breakage[] = [
  {
    rule: 'law 1: the id of a result is deterministic',
    file: 'lib/domain/messages/result.ts',
    find: 'const parts = [subject.requestId,',
    put: 'const parts = [String(Math.random()), subject.requestId,',
    test: 'test/domain/messages/result.test.ts',
  },
  {
    rule: 'law 2: nothing is completed before its result is published',
    file: 'lib/reconcile/publish.ts',
    find: "return unpublished ?? { action: 'complete' }",
    put: "return { action: 'complete' }",
    test: 'test/reconcile/publish.test.ts',
  },
  {
    rule: 'law 2: nothing is deleted before its dead letter is durable',
    file: 'lib/messaging/settle-message.ts',
    find: 'if (await deadLetter(message, disposition, queue, dependencies)) return',
    put: 'if ((await deadLetter(message, disposition, queue, dependencies)) || true) return',
    test: 'test/messaging/settle-batch.test.ts',
  },
  {
    rule: 'law 2: what the answer to a batch does not name did not take effect',
    file: 'lib/aws/batch.ts',
    find: 'if (!failure && Successful.some(isThisEntry))',
    put: 'if (!failure)',
    test: 'test/messaging/batcher.test.ts',
  },
  {
    rule: 'law 3: an accepted write is not yet a success',
    file: 'lib/reconcile/acts.ts',
    find: "{ knowledge: { is: 'pending', write: change } }",
    put: "{ knowledge: { is: 'observed', state: { status: 'attached' } } }",
    test: 'test/reconcile/acts.test.ts',
  },
  {
    rule: 'law 3: a route that is Pending is not yet there',
    file: 'lib/alibaba/enterprise/routing-parts.ts',
    find: "if (status !== 'Available' || nextHops.length === 0) isRunning = true",
    put: 'if (nextHops.length === 0) isRunning = true',
    test: 'test/alibaba/enterprise/crash-points.test.ts',
  },
  {
    rule: 'law 4: on Enterprise Edition the state is read before the first write',
    file: 'lib/alibaba/enterprise/driver.ts',
    find: 'readsFirst: true',
    put: 'readsFirst: false',
    test: 'test/alibaba/enterprise/attach.test.ts',
  },
  {
    rule: 'law 4: the state is read before anything is written again',
    file: 'lib/reconcile/decision/decide.ts',
    find: '? expire(situation) : OBSERVE',
    put: '? expire(situation) : write(situation, FIRST_WRITE[desired])',
    test: 'test/reconcile/decision/decide.test.ts',
  },
  {
    rule: 'law 5: no message is invisible for more than 12 hours',
    file: 'lib/messaging/settle-message.ts',
    find: 'Math.min(delaySeconds, Math.floor(leftMs / 1_000))',
    put: 'delaySeconds',
    test: 'test/messaging/settle-message.test.ts',
  },
  {
    rule: 'law 5: no request uses more than 500 deliveries',
    file: 'lib/domain/backoff.ts',
    find: 'Math.max(1_000, ageMs / 40, 1_000 * (1 + 1 / 40) ** Math.min(tries, 1_000))',
    put: '1_000',
    test: 'test/reconcile/decision/retry-policy.property.test.ts',
  },
  {
    rule: 'law 5: an unlisted code ends, and not at once',
    file: 'lib/reconcile/decision/retry-policy.ts',
    find: 'ageMs >= rule.bound.ageMs && tries >= rule.bound.tries',
    put: 'ageMs >= rule.bound.ageMs || tries >= rule.bound.tries',
    test: 'test/reconcile/decision/retry-policy.property.test.ts',
  },
  {
    rule: 'law 6: a retry returns the same message',
    file: 'lib/messaging/settle-message.ts',
    find: '() => queue.retry(message, seconds)',
    put: '() => queue.complete(message)',
    test: 'test/messaging/settle-message.test.ts',
  },
  {
    rule: 'law 7: an error in the worker is a retry',
    file: 'lib/reconcile/handle-message.ts',
    find: "    log.error('message:crashed'",
    put: "    throw error\n    log.error('message:crashed'",
    test: 'test/reconcile/pass.test.ts',
  },
  {
    rule: 'law 8: what no rule allows is denied',
    file: 'lib/policy/policy.ts',
    find: 'return refuse(evaluations, request, origin)',
    put: "return evaluations.length === 0 ? { answer: 'allowed', rule: '' } : refuse(evaluations, request, origin)",
    test: 'test/policy/policy.test.ts',
  },
  {
    rule: 'law 8: no call is made without the consent of the policy',
    file: 'lib/reconcile/decision/decide.ts',
    find: "if (permission.is === 'nothing') return refuse(permission.refusal)",
    put: '',
    test: 'test/reconcile/decision/decide.test.ts',
  },
  {
    rule: 'law 9: no secret is in a failure',
    file: 'lib/domain/failure.ts',
    find: 'firstOf(scrub(',
    put: 'firstOf(String(',
    test: 'test/domain/failure.test.ts',
  },
  {
    rule: 'law 9: account ids are strings',
    file: 'lib/domain/messages/request-schema.ts',
    find: 'v.transform(String),',
    put: '',
    test: 'test/domain/messages/request.test.ts',
  },
  {
    rule: 'law 10: an unlisted code is unknown',
    file: 'lib/domain/failure.ts',
    find: "return { kind: 'unknown',",
    put: "return { kind: 'rejected',",
    test: 'test/domain/failure.test.ts',
  },
  {
    rule: 'law 11: a CEN gets five operations at once, until more are seen to pass',
    file: 'lib/admission/concurrency-limit.ts',
    find: 'const INITIAL_LIMIT = 5',
    put: 'const INITIAL_LIMIT = 50',
    test: 'test/admission/concurrency-limit.test.ts',
  },
  {
    rule: 'law 11: the limiter learns from Operation.Blocking',
    file: 'lib/admission/limiter.ts',
    find: 'if (normalCode(failure.code) === BLOCKING)',
    put: 'if (failure.code === undefined)',
    test: 'test/admission/limiter.test.ts',
  },
  {
    rule: 'law 12: nothing is written to what a list has besides what was asked for',
    file: 'lib/alibaba/enterprise/calls/routers.ts',
    find: '.filter(({ of }) => of === transitRouterId)',
    put: '',
    test: 'test/alibaba/enterprise/whole-answers.test.ts',
  },
  {
    rule: 'law 12: nothing is detached that was not asked for',
    file: 'lib/reconcile/decision/decide.ts',
    find: "elsewhere: 'reject'",
    put: "elsewhere: 'detach'",
    test: 'test/reconcile/decision/decide.test.ts',
  },
]

const COPIED = ['docs', 'lib', 'test', 'package.json', 'tsconfig.json']

/** Resolves to true if the test fails on the broken copy. */
async function failsWhenBroken({ file, find, put, test }: Breakage): Promise<boolean> {
  const copy = mkdtempSync(join(tmpdir(), 'guard-'))
  try {
    for (const name of COPIED) cpSync(name, join(copy, name), { recursive: true })
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
    const text = readFileSync(join(copy, file), 'utf8')
    writeFileSync(
      join(copy, file),
      text.replace(find, () => put),
    )
    const { FAULTS: _, ...env } = process.env
    const run = ['vitest', 'run', '--config', 'test/vitest.config.ts', test]
    await exec('npx', run, { cwd: copy, env: { ...env, NO_BUILD: '1' } })
    return false
  } catch (error) {
    const output = String((error as { stdout?: string }).stdout)
    // A test failed; it is not that nothing could be run.
    if (!/Tests .*failed/.test(output)) throw error
    return true
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

describe('a broken law fails a test', () => {
  const slots = pLimit(2)
  // A brief run breaks a few of them, spread over the list; that no row is stale is seen in every run.
  const step = budget({ quick: 9, full: 1 })
  const chosen = BREAKAGES.filter((_, index) => index % step === 0)
  it.concurrent.each(chosen.map((breakage) => [breakage.rule, breakage] as const))(
    '%s',
    async (_rule, breakage) => {
      expect(await slots(() => failsWhenBroken(breakage))).toBe(true)
    },
    900_000,
  )

  it.each(BREAKAGES.map(({ rule, file, find }) => [rule, file, find] as const))(
    'has a row that is not stale: %s',
    (_rule, file, find) => {
      expect(readFileSync(file, 'utf8')).toContain(find)
    },
  )

  it('has a row for every law', () => {
    figure('guards seen to fail', BREAKAGES.length)
    const laws = new Set(BREAKAGES.map(({ rule }) => Number(/^law (\d+): /.exec(rule)?.[1])))
    expect([...laws]).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
  })
})
