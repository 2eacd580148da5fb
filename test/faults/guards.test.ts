/** Every guard is seen to fail: each row breaks one rule in a copy of the sources, and the tests that hold it must go red. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
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
  readonly tests: readonly string[]
}

const flow = ['test/handle-message.test.ts']
const conservation = ['test/conservation.property.test.ts']

const BREAKAGES: readonly Breakage[] = [
  {
    rule: 'law 1: the id of a result is deterministic',
    file: 'lib/attachment-result.ts',
    find: 'const parts = [subject.requestId,',
    put: 'const parts = [String(Math.random()), subject.requestId,',
    tests: ['test/attachment-result.test.ts'],
  },
  {
    rule: 'law 2: no end before the result is published',
    file: 'lib/finish.ts',
    find: "return published ?? { action: 'complete' }",
    put: "return { action: 'complete' }",
    tests: flow,
  },
  {
    rule: 'law 2: no end before the dead letter is durable',
    file: 'lib/settle-message.ts',
    find: 'if (await deadLetter(message, disposition, queue, desk)) return',
    put: 'if (await deadLetter(message, disposition, queue, desk) || true) return',
    tests: ['test/settle-batch.test.ts'],
  },
  {
    rule: 'law 2: of a batch only what the answer names is on the topic',
    file: 'lib/aws/gatherer.ts',
    find: 'if (refusal) reject(new Error(refusal.why))',
    put: 'if (refusal && !Date) reject(new Error(refusal.why))',
    tests: ['test/integration/batched-settling.test.ts'],
  },
  {
    rule: 'law 2: no message is deleted while the batch with its result is under way',
    file: 'lib/aws/result-topic.ts',
    find: 'return publish({',
    put: 'return Promise.resolve() ?? publish({',
    tests: ['test/integration/batched-settling.test.ts'],
  },
  {
    rule: 'law 7: an entry that is refused fails only its own message',
    file: 'lib/aws/gatherer.ts',
    find: 'const refusal = refusalOf(answer, index)',
    put: 'const refusal = refusalOf(answer, 0) ?? refusalOf(answer, index)',
    tests: ['test/integration/batched-settling.test.ts'],
  },
  {
    rule: 'law 7: a batch that is refused as a whole is sent entry by entry',
    file: 'lib/aws/gatherer.ts',
    find: 'batch.length > 1 && mayBeOneOfThem(error)',
    put: 'batch.length > 10 && mayBeOneOfThem(error)',
    tests: ['test/gatherer.test.ts'],
  },
  {
    rule: 'law 7: a call that hangs holds up no other',
    file: 'lib/aws/gatherer.ts',
    find: 'void send(batch, call)\n',
    put: 'due = true\n      return void send(batch, call).then(flush)\n',
    tests: ['test/gatherer.test.ts'],
  },
  {
    rule: 'what an answer does not name has not happened',
    file: 'lib/aws/batch-answer.ts',
    find: 'if (!failure && Successful.some(isMine))',
    put: 'if (!failure)',
    tests: ['test/gatherer.test.ts'],
  },
  {
    rule: 'law 3: a 200 is no success',
    file: 'lib/handle-message.ts',
    find: "originMs, house.clock.now())\n    return awaitChange({ status: 'attaching' }, looked)",
    put: "originMs, house.clock.now())\n    return finishAttached({ status: 'attached' }, looked)",
    tests: flow,
  },
  {
    rule: 'law 4: the state is read before anything is sent again',
    file: 'lib/handle-message.ts',
    find: 'if (untouched) return attach(looked, limits)',
    put: 'if (Date) return attach(looked, limits)',
    tests: flow,
  },
  {
    rule: 'law 5: 12 hours since the receipt',
    file: 'lib/settle-message.ts',
    find: 'Math.min(delaySeconds, Math.floor(leftMs / 1_000))',
    put: 'delaySeconds',
    tests: ['test/settle-message.test.ts'],
  },
  {
    rule: 'law 5: unknown codes end',
    file: 'lib/retry-policy.ts',
    find: 'ageMs >= rule.bound.ageMs && tries >= rule.bound.tries',
    put: 'false',
    tests: flow,
  },
  {
    rule: 'law 5: unknown codes do not end at once',
    file: 'lib/retry-policy.ts',
    find: 'ageMs >= rule.bound.ageMs && tries >= rule.bound.tries',
    put: 'true',
    tests: flow,
  },
  {
    rule: 'law 7: a crash of the flow is a retry',
    file: 'lib/settle-message.ts',
    find: '    desk.log.error(event,',
    put: '    throw error\n    desk.log.error(event,',
    tests: ['test/settle-batch.test.ts'],
  },
  {
    rule: 'law 8: what no rule allows is denied',
    file: 'lib/policy.ts',
    find: "if (open) return { answer: 'allowed', rule: open.id }",
    put: "if (open || looks.length === 0) return { answer: 'allowed', rule: '' }",
    tests: ['test/policy.test.ts'],
  },
  {
    rule: 'law 8: a rule allows only what it allows wholly',
    file: 'lib/policy.ts',
    find: 'own.filter(({ lacks }) => lacks.length === 0)',
    put: 'own.filter(({ lacks }) => lacks.length <= 1)',
    tests: ['test/policy.test.ts'],
  },
  {
    rule: 'law 8: a rule is for its senders only',
    file: 'lib/policy.ts',
    find: 'looks.filter(({ isFor }) => isFor)',
    put: 'looks.slice()',
    tests: ['test/policy.test.ts'],
  },
  {
    rule: 'law 8: a star begins after the role, not within its id',
    file: 'lib/policy-file.ts',
    find: '[A-Za-z0-9]{1,128}(?::',
    put: '[A-Za-z0-9]{1,128}\\*?(?::',
    tests: ['test/policy-file.test.ts'],
  },
  {
    rule: 'law 8: a session that is named is matched wholly',
    file: 'lib/policy-rule.ts',
    find: ': senderId === sender',
    put: ': senderId.startsWith(sender)',
    tests: ['test/policy.test.ts'],
  },
  {
    rule: 'law 8: no call without consent',
    file: 'lib/handle-message.ts',
    find: "if (consent.answer === 'refused') return refused(asked, consent.failure)",
    put: "if (consent.answer === 'refused') return attach(asked, limits)",
    tests: ['test/policy-flow.test.ts'],
  },
  {
    rule: 'a freeze holds for what comes back, too',
    file: 'lib/handle-message.ts',
    find: 'if (closed) return forbidden(looked, closed)',
    put: '',
    tests: ['test/policy-flow.test.ts'],
  },
  {
    rule: 'a certificate that cannot be had is no refusal',
    file: 'lib/consent.ts',
    find: "return { answer: 'unproven', failure: proof.failure }",
    put: 'return toConsent(ruling, looked)',
    tests: ['test/policy-flow.test.ts'],
  },
  {
    rule: 'a signature is of the field that the request is read from',
    file: 'lib/aws/notification-proof.ts',
    find: "if (carrierOf(value) !== 'Message') return undefined",
    put: '',
    tests: ['test/notification-proof.test.ts'],
  },
  {
    rule: 'a certificate is asked for at SNS only',
    file: 'lib/aws/signing-certificates.ts',
    find: 'SNS_CERTIFICATE.test(url)',
    put: 'true',
    tests: ['test/notification-proof.test.ts'],
  },
  {
    rule: 'law 9: account ids are strings',
    file: 'lib/request-fields.ts',
    find: 'v.transform(String),',
    put: '',
    tests: ['test/attachment-request.test.ts'],
  },
  {
    rule: 'law 10: an unlisted code is unknown',
    file: 'lib/failure.ts',
    find: "return { kind: 'unknown',",
    put: "return { kind: 'rejected',",
    tests: ['test/failure.test.ts'],
  },
  {
    rule: 'law 10: codes are matched in any case and spelling',
    file: 'lib/failure.ts',
    find: "code.toLowerCase().replaceAll('forbbiden', 'forbidden')",
    put: 'code',
    tests: ['test/failure.test.ts'],
  },
  {
    rule: 'law 11: a CEN gets five at once',
    file: 'lib/cen-slots.ts',
    find: 'const OPENING = 5',
    put: 'const OPENING = 50',
    tests: ['test/limiter.test.ts'],
  },
  {
    rule: 'expired on arrival makes no call',
    file: 'lib/handle-message.ts',
    find: 'untouched && house.clock.now() >= request.notAfterMs',
    put: 'false',
    tests: flow,
  },
  {
    rule: 'adopted only where it was there before',
    file: 'lib/finish.ts',
    find: 'state.attachedAtMs + MINUTE_MS <= message.sentAtMs',
    put: 'state.attachedAtMs <= message.sentAtMs + 1e9',
    tests: flow,
  },
  {
    rule: 'a batch answers in time',
    file: 'lib/settle-batch.ts',
    find: 'await Promise.race([all, out])',
    put: 'await all',
    tests: ['test/settle-batch.test.ts'],
  },
  {
    rule: 'nothing is settled after the answer',
    file: 'lib/settle-batch.ts',
    find: 'if (answered.signal.aborted) return false',
    put: '',
    tests: ['test/settle-batch.test.ts'],
  },
  {
    rule: 'FIFO: the rest of the group comes back untouched',
    file: 'lib/settle-batch.ts',
    find: 'if (await settleOne(message)) continue',
    put: 'await settleOne(message)\n      continue',
    tests: ['test/settle-batch.test.ts'],
  },
  {
    rule: 'credentials pause the intake',
    file: 'lib/intake.ts',
    find: "if (failure?.kind === 'credentials') return close(failure, nowMs)",
    put: '',
    tests: ['test/intake.test.ts'],
  },
  {
    rule: 'the breaker trips after twenty',
    file: 'lib/intake.ts',
    find: 'const BREAKER_CALLS = 20',
    put: 'const BREAKER_CALLS = 2_000',
    tests: ['test/intake.test.ts'],
  },
  {
    rule: 'a read does not open the breaker',
    file: 'lib/intake.ts',
    find: "if (call === 'read') return",
    put: '',
    tests: ['test/intake.test.ts'],
  },
  {
    rule: 'a dead letter fits its queue',
    file: 'lib/dead-letter.ts',
    find: 'cutToBytes(message.body, maxBytes - sizeOf(marked))',
    put: 'message.body',
    tests: ['test/dead-letter.test.ts'],
  },
  {
    rule: 'a result stays under 32 KiB',
    file: 'lib/result-texts.ts',
    find: 'message: cut(message, MESSAGE_BYTES)',
    put: 'message',
    tests: ['test/attachment-result.test.ts'],
  },
  {
    rule: 'unknown fields are refused',
    file: 'lib/attachment-request.ts',
    find: 'if (name === undefined)',
    put: 'if (name === null)',
    tests: ['test/attachment-request.test.ts'],
  },
  {
    rule: 'a body over 64 KiB is refused',
    file: 'lib/attachment-request.ts',
    find: 'if (bytes > MAX_BODY_BYTES)',
    put: 'if (bytes > 2 * MAX_BODY_BYTES)',
    tests: ['test/attachment-request.test.ts'],
  },
  {
    rule: 'a signature is verified',
    file: 'lib/emulator/signature.ts',
    find: 'if (!same ||',
    put: 'if (false ||',
    tests: ['test/integration/alibaba-shore.test.ts'],
  },
  {
    rule: 'a V1 signature is verified',
    file: 'lib/emulator/rpc-signature.ts',
    find: '!timingSafeEqual(given, expected)',
    put: 'false',
    tests: ['test/integration/foreign-clients.test.ts'],
  },
  {
    rule: 'temporary keys end',
    file: 'lib/emulator/read-call.ts',
    find: 'const ended = session !== undefined && nowMs >= session.expiresAtMs',
    put: 'const ended = false',
    tests: ['test/integration/foreign-clients.test.ts'],
  },
  {
    rule: 'temporary keys do what every policy of theirs allows, and no more',
    file: 'lib/emulator/permissions.ts',
    find: 'policies.every((policy)',
    put: 'policies.some((policy)',
    tests: ['test/emulator/roles.test.ts'],
  },
  {
    rule: 'a grant is made by the owner of the network',
    file: 'lib/emulator/granted-instance.ts',
    find: 'child.ownerId !== call.caller.accountId ||',
    put: '',
    tests: ['test/emulator/grants.test.ts'],
  },
  {
    rule: 'an unknown outcome is not sent again by the shore',
    file: 'lib/alibaba/short-retries.ts',
    find: "new Set(['busy'])",
    put: "new Set(['busy', 'unavailable'])",
    tests: ['test/integration/alibaba-shore.test.ts'],
  },
  {
    rule: 'a state is not older than its question',
    file: 'lib/alibaba/questions.ts',
    find: 'cen.questions = [...rest]',
    put: 'cen.questions = []',
    tests: [...conservation, 'test/state-reader.test.ts'],
  },
  {
    rule: 'law 5: at most 500 receives',
    file: 'lib/backoff.ts',
    find: 'Math.max(1_000, ageMs / 40, 1_000 * (1 + 1 / 40) ** Math.min(tries, 1_000))',
    put: '1_000',
    tests: ['test/retry-policy.property.test.ts'],
  },
  {
    rule: 'law 5: a clock that is behind cannot hide the age',
    file: 'lib/backoff.ts',
    find: ', 1_000 * (1 + 1 / 40) ** Math.min(tries, 1_000)',
    put: '',
    tests: ['test/retry-policy.property.test.ts'],
  },
  {
    rule: 'law 9: no secret in a failure',
    file: 'lib/failure.ts',
    find: 'firstOf(scrub(',
    put: 'firstOf(String(',
    tests: ['test/regressions.test.ts'],
  },
  {
    rule: 'law 11: Operation.Blocking is learnt from',
    file: 'lib/limiter.ts',
    find: 'if (normalCode(failure.code) === BLOCKING) slots.refused(key, nowMs, usualAttachMs)',
    put: 'if (false) slots.refused(key, nowMs, usualAttachMs)',
    tests: ['test/limiter.test.ts'],
  },
  {
    rule: 'law 11: no short retry answers a limit',
    file: 'lib/alibaba/short-retries.ts',
    find: ' && !isWall(answer.failure)',
    put: '',
    tests: ['test/integration/alibaba-shore.test.ts'],
  },
  {
    rule: 'a rate that was refused is remembered',
    file: 'lib/rate-gate.ts',
    find: 'wall = Math.max(floor, passedPerSecond(stormAtMs))',
    put: '',
    tests: ['test/limiter.property.test.ts'],
  },
  {
    rule: 'a wall that has moved is found again',
    file: 'lib/cen-slots.ts',
    find: 'due ? wall + 1 : wall',
    put: 'wall',
    tests: ['test/makespan.test.ts'],
  },
  {
    rule: 'what a process expects of its own share holds no young message back for minutes',
    file: 'lib/take-turn.ts',
    find: 'Math.min(waitMs * OF_WAIT, MOST_OF_WAIT_MS)',
    put: 'waitMs * OF_WAIT',
    tests: ['test/makespan.test.ts'],
  },
  {
    rule: 'a redrive is written into the ledger of its campaign',
    file: 'functions/wiring/redriven-rows.ts',
    find: 'const rows = redrivenRows(report)',
    put: 'const rows: RedrivenRow[] = []',
    tests: ['test/integration/redriven-rows.test.ts'],
  },
  {
    rule: 'the line is fair between owners',
    file: 'lib/fair-line.ts',
    find: 'before?.tag ?? flow.next + flow.waiting',
    put: 'before?.tag ?? waiting.size',
    tests: ['test/fair-line.test.ts'],
  },
  {
    rule: 'a late attachment is told as attached',
    file: 'lib/come-back.ts',
    find: 'if (!unknownState ||',
    put: 'if (true ||',
    tests: flow,
  },
  {
    rule: 'a refused read is never the end',
    file: 'lib/come-back.ts',
    find: "call === 'read' && decided.action === 'fail'",
    put: 'false',
    tests: ['test/regressions.test.ts'],
  },
  {
    rule: 'what may not show yet is not attached elsewhere',
    file: 'lib/handle-message.ts',
    find: '!looked.unsent && sinceMs',
    put: 'false && sinceMs',
    tests: ['test/regressions.test.ts'],
  },
  {
    rule: 'attached elsewhere is a failure',
    file: 'lib/handle-message.ts',
    find: ": settleFailure(failure, looked, 'attach')",
    put: ': finishAttached(state, looked)',
    tests: flow,
  },
  {
    rule: 'an end is persisted in while its decision is in hand',
    file: 'lib/settle-message.ts',
    find: 'if (desk.clock.now() + pauseMs > untilMs) return false',
    put: 'return false',
    tests: ['test/regressions.test.ts'],
  },
  {
    rule: 'a tripped breaker lets reads pass',
    file: 'lib/intake.ts',
    find: "call === 'read' || !row?.cens.has(cenId)",
    put: '!row?.cens.has(cenId)',
    tests: ['test/intake.test.ts'],
  },
  {
    rule: 'a tripped breaker holds back only the CENs that failed',
    file: 'lib/intake.ts',
    find: "call === 'read' || !row?.cens.has(cenId)",
    put: "call === 'read'",
    tests: ['test/intake.test.ts'],
  },
  {
    rule: 'a backlog does not stand behind what comes one by one',
    file: 'lib/fair-line.ts',
    find: 'if (flow) flow.next += 1',
    put: 'if (flow && flow.waiting > 0) flow.next += 1',
    tests: ['test/fair-line.test.ts'],
  },
  {
    rule: 'a turn is foretold by the slots that are free, too',
    file: 'lib/cen-slots.ts',
    find: 'turns - (capacity(nowMs) - leases.size)',
    put: 'turns',
    tests: ['test/cen-slots.test.ts'],
  },
  {
    rule: 'nobody yields to a wall that was guessed too high',
    file: 'lib/cen-slots.ts',
    find: 'known * (1 - GUESSED)',
    put: 'known',
    tests: ['test/cen-slots.test.ts'],
  },
  {
    rule: 'who is refused after its turn keeps its place',
    file: 'lib/fair-line.ts',
    find: 'const before = out.get(key)',
    put: 'const before = out.get(name)',
    tests: ['test/fair-line.test.ts'],
  },
  {
    rule: 'a newcomer does not start behind who was let past',
    file: 'lib/fair-line.ts',
    find: 'Math.min(now, tags[0] ?? now)',
    put: 'now',
    tests: ['test/fair-line.test.ts'],
  },
  {
    rule: 'a reading that is refused for its rate is asked for again when the gate says',
    file: 'lib/alibaba/state-reader.ts',
    find: "if (answer.ok || answer.failure.kind !== 'throttled') return answer",
    put: 'if (Date) return answer',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'one wall that moved has the others tried at once',
    file: 'lib/limiter.ts',
    find: 'other.slots.tryAgain()',
    put: 'other.slots.free',
    tests: ['test/makespan.test.ts'],
  },
  {
    rule: 'a CEN that answers at once is asked soon',
    file: 'lib/attach-times.ts',
    find: 'const LEAST_MS = 40',
    put: 'const LEAST_MS = 100',
    tests: ['test/attach-times.test.ts'],
  },
  {
    rule: 'a CEN that answers at once is asked for many together',
    file: 'lib/attach-times.ts',
    find: 'beatMs: 100',
    put: 'beatMs: 40',
    tests: ['test/attach-times.test.ts'],
  },
  {
    rule: 'a server that takes its time is waited for',
    file: 'lib/alibaba/call-runtime.ts',
    find: 'connectTimeout: timeoutMs',
    put: 'connectTimeout: Math.min(3_000, timeoutMs)',
    tests: ['test/integration/slow-answers.test.ts'],
  },
  {
    rule: 'no call is waited for beyond its time, on whatever connection',
    file: 'lib/alibaba/call-runtime.ts',
    find: '  watchAnswers()\n',
    put: '',
    tests: ['test/integration/trickling-answers.test.ts'],
  },
  {
    rule: 'an accepted attach that does not show is not sent again at once',
    file: 'lib/handle-message.ts',
    find: 'return awaitSight(looked) ?? attach',
    put: 'return attach',
    tests: ['test/accepted-attaches.test.ts'],
  },
  {
    rule: 'after an hour it is not sent again',
    file: 'lib/accepted-attaches.ts',
    find: '>= LONGEST_MS ? Infinity',
    put: '>= Infinity ? Infinity',
    tests: ['test/accepted-attaches.test.ts'],
  },
  {
    rule: 'a result that is not taken waits on the queue',
    file: 'lib/finish.ts',
    find: '{ onQueue: true }',
    put: '{ onQueue: false }',
    tests: ['test/accepted-attaches.test.ts'],
  },
  {
    rule: 'a body is read to its bound',
    file: 'lib/alibaba/read-timers.ts',
    find: '    bound(response)\n',
    put: '',
    tests: ['test/integration/hostile-answers.test.ts'],
  },
  {
    rule: 'a count that cannot be is no answer',
    file: 'lib/alibaba/cbn.ts',
    find: 'Number(TotalCount) >= 0 && ',
    put: '',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'a list that does not end is no answer',
    file: 'lib/alibaba/inventory.ts',
    find: "{ ok: false, failure: failureOf({ code: 'UnreadableAnswer', message: 'the list does not end' }) }",
    put: '{ ok: true, value: all }',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'secrets go by value',
    file: 'lib/scrub.ts',
    find: 'if (clean.includes(secret))',
    put: 'if (false)',
    tests: ['test/scrub.test.ts'],
  },
  {
    rule: 'codes are well-formed',
    file: 'lib/failure.ts',
    find: 'firstOf(replaceControls(text)',
    put: 'firstOf(String(text)',
    tests: ['test/failure.test.ts'],
  },
  {
    rule: 'one entry that cannot be written is that entry alone',
    file: 'lib/aws/gatherer.ts',
    find: '(unbuilt || ',
    put: '(',
    tests: ['test/gatherer.test.ts'],
  },
  {
    rule: 'nothing foreign steers the terminal',
    file: 'functions/wiring/terminal.ts',
    find: 'visible(part, true)',
    put: 'part',
    tests: ['test/terminal.test.ts'],
  },
  {
    rule: 'of the results of others no text is told',
    file: 'functions/wiring/campaign-told.ts',
    find: 'strangers.map(toStranger)',
    put: 'strangers.map(({ data }) => data)',
    tests: ['test/terminal.test.ts'],
  },
  {
    rule: 'a region has the form of one',
    file: 'lib/request-fields.ts',
    find: '(?:[a-z]{2}|rus)-',
    put: '[a-z]{2,12}-',
    tests: ['test/attachment-request.test.ts'],
  },
  {
    rule: 'what needs a hand is warned of',
    file: 'lib/finish.ts',
    find: 'if (NEEDS_EYES.has(outcome)) {',
    put: 'if (outcome === undefined) {',
    tests: ['test/receipt.test.ts'],
  },
  {
    rule: 'a CEN is not slow for ever',
    file: 'lib/attach-times.ts',
    find: 'usual.leastMs = usual.ms * (1 - usual.sooner)',
    put: '',
    tests: ['test/regressions.test.ts'],
  },
  {
    rule: 'what a moving list lost is asked for',
    file: 'lib/alibaba/cen-list.ts',
    find: 'TotalCount < total || ',
    put: '',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'what has come onto a new page is not asked for one by one',
    file: 'lib/alibaba/cen-list.ts',
    find: "return latestOn === 'last' && pages() > pagesBefore",
    put: 'return false',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'a list that is known by its length is not known for ever',
    file: 'lib/alibaba/cen-list.ts',
    find: 'nowMs - readAtMs > STANDS_MS',
    put: 'false',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'who another process has taken is not waited for',
    file: 'lib/fair-line.ts',
    find: 'if (place.dueMs + OVERDUE_MS < nowMs)',
    put: 'if (place.dueMs + GONE_MS < nowMs)',
    tests: ['test/fair-line.test.ts'],
  },
  {
    rule: 'an absence that has the last word is asked for by itself',
    file: 'lib/alibaba/state-reader.ts',
    find: '!asked.alone && list.lacks',
    put: 'list.lacks',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'what waits for a page is answered with the one that leaves next',
    file: 'lib/alibaba/state-reader.ts',
    find: 'turned.size === 1 && join(takes)',
    put: 'turned.size === 0 && join(takes)',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'a reading that has time waits for one that has none',
    file: 'lib/alibaba/questions.ts',
    find: 'if (spareMs > 0) {',
    put: 'if (spareMs > 1e9) {',
    tests: ['test/state-reader.test.ts'],
  },
  {
    rule: 'a redrive removes nothing before it is sent',
    file: 'lib/aws/redrive.ts',
    find: 'const { sent, refused } = await sendBatch(',
    put: 'await holding.remove(ours.map(({ held }) => held))\n      const { sent, refused } = await sendBatch(',
    tests: ['test/integration/dead-letter-queue.test.ts'],
  },
  {
    rule: 'a redrive counts one more',
    file: 'lib/redrive-plan.ts',
    find: 'redriveCount: letter.redriveCount + 1',
    put: 'redriveCount: letter.redriveCount',
    tests: ['test/redrive-plan.test.ts'],
  },
  {
    rule: 'a dead letter keeps how often it came back',
    file: 'lib/dead-letter.ts',
    find: 'clean({ reason, resultId, redriveCount })',
    put: 'clean({ reason, resultId })',
    tests: ['test/dead-letter.test.ts'],
  },
  {
    rule: 'a reading gives back what it holds',
    file: 'lib/aws/dead-letter-queue.ts',
    find: 'await setVisibility([...held.values()], 0)',
    put: '',
    tests: ['test/integration/dead-letter-queue.test.ts'],
  },
  {
    rule: 'a function that failed is no success of the invocation',
    file: 'lib/alibaba/fc-invocation.ts',
    find: 'if (errorType === undefined)',
    put: 'if (Date)',
    tests: ['test/integration/function-compute.test.ts'],
  },
  {
    rule: 'a refused invocation says nothing about the request',
    file: 'lib/alibaba/fc-failure.ts',
    find: "code: 'FunctionUncallable',",
    put: 'code,',
    tests: ['test/integration/function-compute.test.ts'],
  },
  {
    rule: 'readings of one CEN share an invocation',
    file: 'lib/alibaba/fc-reads.ts',
    find: 'waiting.slice(0, MOST_READINGS), rest: waiting.slice(MOST_READINGS)',
    put: 'waiting.slice(0, 1), rest: waiting.slice(1)',
    tests: ['test/integration/function-compute.test.ts'],
  },
  {
    rule: 'refusals inside the function reach the limiter of the worker',
    file: 'lib/alibaba/fc-attacher.ts',
    find: 'for (const failure of refused) limits.refused?.(failure)',
    put: '',
    tests: ['test/integration/function-compute.test.ts'],
  },
  {
    rule: 'an event of another version is a fault of the deployment, not of the request',
    file: 'lib/alibaba/fc-function.ts',
    find: "refusal('FunctionMismatch'",
    put: "refusal('FunctionArgumentsInvalid'",
    tests: ['test/fc-function.test.ts'],
  },
  {
    rule: 'an argument too many is refused by the function',
    file: 'lib/alibaba/fc-protocol.ts',
    find: 'v.strictObject({ ...always',
    put: 'v.object({ ...always',
    tests: ['test/fc-function.test.ts'],
  },
  {
    rule: 'watching: a retry has its event',
    file: 'lib/settle-message.ts',
    find: '  message.receipt?.end(done ? { delaySeconds: seconds } : {})\n',
    put: '',
    tests: ['test/receipt.test.ts'],
  },
  {
    rule: 'watching: a receipt that the host cut short has its event',
    file: 'lib/settle-batch.ts',
    find: '  for (const message of batch.messages) message.receipt?.end()\n',
    put: '',
    tests: ['test/receipt.test.ts'],
  },
  {
    rule: 'watching: a receipt has one event',
    file: 'lib/receipt.ts',
    find: '      if (over) return\n',
    put: '',
    tests: ['test/receipt.test.ts'],
  },
  {
    rule: 'watching: no text of somebody else in an event',
    file: 'lib/receipt.ts',
    find: 'receipt?.note({ code, kind, apiRequestId })',
    put: 'receipt?.note({ code, kind, apiRequestId: apiRequestId && failure?.message })',
    tests: ['test/receipt.test.ts'],
  },
  {
    rule: 'watching: no secret in a line of log',
    file: 'lib/host/json-log.ts',
    find: 'scrubbed(fields ?? {}) as object',
    put: 'fields ?? {}',
    tests: ['test/json-log.test.ts'],
  },
  {
    rule: 'watching: no secret in a span',
    file: 'lib/host/tracing.ts',
    find: "typeof value === 'string' ? scrub(value) : value",
    put: 'value',
    tests: ['test/tracing.test.ts'],
  },
  {
    rule: 'watching: a broken listener loses what it is told, and nothing else',
    file: 'lib/observer.ts',
    find: '  } catch {}',
    put: '  } finally {}',
    tests: ['test/receipt.test.ts'],
  },
  {
    rule: 'watching: a collector that hangs is not waited for',
    file: 'lib/host/tracing.ts',
    find: '    work().then(end, end)\n',
    put: '    await work().then(end, end)\n',
    tests: ['test/tracing.test.ts'],
  },
  {
    rule: 'watching: a collector that failed is not waited for again',
    file: 'lib/host/tracing.ts',
    find: 'boundMs > 0 && clock.now() - failedAtMs >= DISTRUST_MS',
    put: 'boundMs > 0',
    tests: ['test/tracing.test.ts'],
  },
  {
    rule: 'watching: a pause of the intake is told as long as it lasts',
    file: 'lib/aws/emf.ts',
    find: '      for (const [name, value] of gauges) plain.set(name, [value])\n',
    put: '      for (const [name, value] of gauges) plain.set(name, [value])\n      gauges.clear()\n',
    tests: ['test/metrics.test.ts'],
  },
  {
    rule: 'watching: every call is counted',
    file: 'lib/api-call.ts',
    find: '  observer.called(told)\n',
    put: '  if (answer.ok) observer.called(told)\n',
    tests: ['test/metrics.test.ts'],
  },
  {
    rule: 'watching: a call that fails is told of with its receipt',
    file: 'lib/api-call.ts',
    find: 'receipt?.called(told)',
    put: 'if (answer.ok) receipt?.called(told)',
    tests: conservation,
  },
  {
    rule: 'watching: a shared page is told of with one receipt',
    file: 'lib/alibaba/questions.ts',
    find: '  ...batch[0]?.limits,',
    put: '',
    tests: conservation,
  },
  {
    rule: 'watching: calls stand below their receipt',
    file: 'lib/api-call.ts',
    find: 'parent: receipt?.trace() }',
    put: 'parent: undefined }',
    tests: ['test/trace-context.test.ts'],
  },
  {
    rule: 'watching: a trace takes no part in the id of a result',
    file: 'lib/attachment-result.ts',
    find: '    id: resultId(subject, facts.outcome, message.redriveCount),',
    put: '    id: resultId(subject, facts.outcome, message.redriveCount ?? facts.trace?.flags),',
    tests: ['test/trace-context.test.ts'],
  },
]

// The function is run as it was built; everything else from the sources.
const COPIED = [
  'lib',
  'functions',
  'bench',
  'test',
  'events',
  'docs',
  'dist/fc',
  'README.md',
  'package.json',
  'tsconfig.json',
]

/** Resolves to true where the tests go red on the broken copy. */
async function goesRed({ file, find, put, tests }: Breakage): Promise<boolean> {
  const copy = mkdtempSync(join(tmpdir(), 'guard-'))
  for (const name of COPIED) cpSync(name, join(copy, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
  const text = readFileSync(join(copy, file), 'utf8')
  if (!text.includes(find)) throw new Error(`${file} has no "${find}"`)
  writeFileSync(join(copy, file), text.replace(find, put))
  const { FAULTS: _, ...env } = process.env
  try {
    await exec('npx', ['vitest', 'run', '--config', 'test/vitest.config.ts', ...tests], {
      cwd: copy,
      env: { ...env, NO_BUILD: '1' },
    })
    return false
  } catch (error) {
    const said = String((error as { stdout?: string }).stdout)
    // Red because a test failed, not because nothing could be run.
    if (!/Tests .*failed/.test(said)) throw new Error(said)
    return true
  }
}

describe('a broken rule turns the suite red', () => {
  const slots = pLimit(3)
  // In a brief run a few of them, spread over the list; that none is stale is seen in every run.
  const step = budget({ quick: 9, full: 1 })
  const chosen = BREAKAGES.filter((_, index) => index % step === 0)
  it.concurrent.each(chosen.map((breakage) => [breakage.rule, breakage] as const))(
    '%s',
    async (_rule, breakage) => {
      expect(await slots(() => goesRed(breakage))).toBe(true)
    },
    900_000,
  )

  it.each(BREAKAGES.map(({ rule, file, find }) => [rule, file, find] as const))(
    'is there to be broken: %s',
    (_rule, file, find) => {
      expect(readFileSync(file, 'utf8')).toContain(find)
    },
  )

  it('counts its rows', () => {
    figure('guards seen to fail', BREAKAGES.length)
    expect(BREAKAGES.length).toBeGreaterThan(30)
  })
})
