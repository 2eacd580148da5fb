/** The progress of a campaign as a person sees it. */
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Totals } from '../../lib/campaigns/outcomes.js'
import { showProgress } from '../../lib/campaigns/progress.js'

const NONE: Totals = {
  rows: 4,
  attached: 0,
  detached: 0,
  failed: 0,
  grantRequired: 0,
  preflight: 0,
  pending: 0,
  unsent: 0,
}

function barOf(totals: Partial<Totals>): string {
  const written: string[] = []
  const terminal = { isTTY: true, columns: 200, cursorTo: () => true, clearLine: () => true }
  const stream = Object.assign(new EventEmitter(), terminal, { write: (text: string) => written.push(text) > 0 })
  const progress = showProgress(stream as unknown as NodeJS.WriteStream, () => 0)
  progress.update({ ...NONE, ...totals })
  progress.stop()
  return written.join('')
}

describe('the bar counts', () => {
  it.each<[string, Partial<Totals>, string]>([
    ['nothing yet', { pending: 4 }, '0/4  attached 0  failed 0'],
    ['an attach', { attached: 3, failed: 1 }, '4/4  attached 3  failed 1'],
    ['a detach', { detached: 2, pending: 2 }, '2/4  detached 2  failed 0'],
    ['both', { attached: 1, detached: 2, pending: 1 }, '3/4  attached 1  detached 2'],
    ['a dry run', { preflight: 4 }, '4/4  preflight 4  failed 0'],
  ])('%s', (_name, totals, shown) => {
    expect(barOf(totals)).toContain(shown)
  })
})
