import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { printSummary } from '../../functions/campaigns/summary.js'
import { print, printable, printJson } from '../../functions/terminal/print.js'
import { printSettings } from '../../functions/terminal/settings.js'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { showProgress } from '../../lib/campaigns/progress.js'
import type { AttachmentResult } from '../../lib/domain/messages/result.js'
import { trackSentRows } from '../support/console/follow-outcomes.js'

const ESC = '\u001b'
/** Clears the screen, sets the title of the terminal, hides the text after it, reverses the line. */
const STEERS = `a${ESC}[2Jb${ESC}]0;own\u0007c\u009b8md${ESC}[8me\u202ef\ud800\r\t\u{E0001}`
const FREE_TEXT = 'call this number'

const written = () => {
  const texts: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => texts.push(String(text)) > 0)
  return texts
}
afterEach(() => vi.restoreAllMocks())

/** Whether a text has no control characters except line breaks and the colours of the commands. */
const isHarmless = (text: string) =>
  !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(text.replace(/\n|\u001b\[(?:2|22|31|32|33|39)m/g, ''))

describe('the output of a command', () => {
  it('has no control sequences of foreign texts, and keeps lines and colours', () => {
    expect(isHarmless(STEERS)).toBe(false)
    expect(isHarmless(printable(STEERS))).toBe(true)
    expect(printable(`${ESC}[32mattached${ESC}[39m\nnext`)).toBe(`${ESC}[32mattached${ESC}[39m\nnext`)
    const texts = written()
    print(STEERS)
    expect(texts.every(isHarmless)).toBe(true)
  })

  it('is equal JSON after the escapes', () => {
    const texts = written()
    printJson({ text: STEERS, smile: '😀' })
    expect(texts.every(isHarmless)).toBe(true)
    expect(JSON.parse(texts.join(''))).toEqual({ text: STEERS, smile: '😀' })
  })

  it.each([true, false])('has no control sequences in notes above a bar, on a terminal: %s', (isTTY) => {
    const texts: string[] = []
    const stream = { isTTY, write: (text: string) => texts.push(text) > 0 } as unknown as NodeJS.WriteStream
    showProgress(stream, () => 0).note(STEERS)
    expect(texts.map((text) => text.replace(`\r${ESC}[K`, '')).every(isHarmless)).toBe(true)
  })
})

describe('printed settings', () => {
  it('give a shell each value as it is', () => {
    const settings = { URL: 'http://127.0.0.1:1/a', POLICY: '{"rules":[{"ids":["*"],"of":"a\'b"}],"n":1}', EMPTY: '' }
    const texts = written()
    printSettings(settings, undefined, 'heading')
    const input = `${texts.join('')}printf '%s\\n' "$URL" "$POLICY" "$EMPTY"`
    expect(texts).toContain('export URL=http://127.0.0.1:1/a\n')
    expect(execFileSync('bash', { input, encoding: 'utf8' })).toBe(`${Object.values(settings).join('\n')}\n`)
  })
})

describe('foreign results in a summary', () => {
  const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou', requestId: 'r-1' }
  const plan = planCampaign([{ where: 'line 2', fields }], { nowMs: 0, ttlMs: 1_000 })
  if (!plan.ok) throw new Error('reads')
  const failed = (requestId: string): AttachmentResult =>
    ({
      id: requestId,
      time: '2026-11-25T12:00:00Z',
      data: {
        requestId,
        correlationId: FREE_TEXT,
        attachment: { cenId: 'cen-1' },
        outcome: 'failed',
        adopted: false,
        error: { code: `Code${STEERS}`, kind: 'unknown', message: FREE_TEXT, advice: FREE_TEXT },
        reasons: [FREE_TEXT],
        receiveCount: 1,
        finishedAt: '2026-11-25T12:00:00Z',
      },
    }) as unknown as AttachmentResult

  it.each(['table', 'summary'] as const)('have no text of their senders, and no control sequences (%s)', async (as) => {
    const outcomes = trackSentRows(plan.rows)
    outcomes.addResult({ ...failed('r-1'), data: { ...failed('r-1').data, correlationId: 'mine' } })
    outcomes.addResult(failed('stranger'))
    const texts = written()
    const frame = { campaignId: 'c', startedAtMs: 0, nowMs: 1_000 }
    await printSummary({ outcomes, frame, interrupted: false, reports: [], as })
    const printed = texts.join('')
    expect(printed).toContain('stranger')
    expect(texts.every(isHarmless)).toBe(true)
    const others =
      as === 'summary' ? JSON.stringify(JSON.parse(printed).others) : (/not in the file.*/.exec(printed)?.[0] ?? '')
    expect(others).toContain('Code')
    expect(others).not.toContain(FREE_TEXT)
  })
})
