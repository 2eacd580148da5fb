/** Consent to a detach: what is printed and asked, and when nothing is sent. */
import { describe, expect, it } from 'vitest'
import { confirmDetaches } from '../../functions/campaigns/confirm-detaches.js'
import { submitCampaign } from '../../functions/campaigns/submit.js'
import type { CampaignTransport } from '../../functions/campaigns/transport.js'
import type { Terminal } from '../../functions/terminal/ask.js'
import type { UsageError } from '../../functions/terminal/print.js'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { createMemoryAppendLog } from '../../lib/campaigns/store/append-log.js'

const plan = (count: number, fields: object = { action: 'detach' }, cenId = 'cen-1') => {
  const rows = Array.from({ length: count }, (_, index) => ({
    where: `line ${index + 2}`,
    fields: { cenId, childInstanceId: `vpc-${index}`, childInstanceRegionId: 'cn-a', ...fields },
  }))
  const planned = planCampaign(rows, { nowMs: 0, ttlMs: 1_000 })
  if (!planned.ok) throw new Error(JSON.stringify(planned.faults))
  return planned.rows
}
const terminal = (...answers: (string | undefined)[]) => {
  const shown: string[] = []
  const asked: string[] = []
  const made: Terminal = {
    isInteractive: answers.length > 0,
    show: (text) => void shown.push(text),
    async ask(question) {
      asked.push(question)
      return answers[asked.length - 1]
    },
  }
  return { ...made, shown, asked }
}
const refusalOf = (done: Promise<unknown>) =>
  done.then(
    () => undefined,
    (error: UsageError) => error.faults[0],
  )

describe('the consent to a detach', () => {
  it('is asked for each CEN by its id, after the plan', async () => {
    const asking = terminal(' cen-1 ', 'cen-2')
    await confirmDetaches([...plan(2, {}), ...plan(2), ...plan(1, { action: 'detach' }, 'cen-2')], {}, asking)
    expect(asking.shown).toEqual([
      [
        '3 networks of 2 CENs would be detached:',
        '  - cen-1: 2 networks (cn-a 2)',
        '      vpc-0  vpc-1',
        '  - cen-2: 1 network (cn-a 1)',
        '      vpc-0',
      ].join('\n'),
    ])
    expect(asking.asked).toHaveLength(2)
  })

  it.each<[string, (string | undefined)[]]>([
    ['another text', ['yes']],
    ['the id of another CEN', ['cen-2']],
    ['nothing', ['']],
    ['the end of the input', [undefined]],
  ])('is refused by %s', async (_name, answers) => {
    expect(await refusalOf(confirmDetaches(plan(1), {}, terminal(...answers)))).toMatch(/^nothing was sent: cen-1/)
  })

  it('names the option if nobody can be asked, and is not asked for with it', async () => {
    expect(await refusalOf(confirmDetaches(plan(1), {}, terminal()))).toContain('--yes')
    const silent = terminal()
    await confirmDetaches(plan(1), { yes: true }, silent)
    expect(silent.shown).toHaveLength(1)
  })

  it('is for at most 20 networks, or the number that is given, also with --yes', async () => {
    await confirmDetaches(plan(20), { yes: true }, terminal())
    expect(await refusalOf(confirmDetaches(plan(21), { yes: true }, terminal()))).toContain('--max 21')
    await confirmDetaches(plan(21), { yes: true, max: 21 }, terminal())
    expect(await refusalOf(confirmDetaches(plan(2), { yes: true, max: 1 }, terminal()))).toContain('--max 2')
  })

  it('lists at most 40 ids of a CEN, and says how many grants are taken back', async () => {
    const asking = terminal()
    await confirmDetaches(plan(43, { action: 'detach', revokeGrant: true }), { yes: true, max: 50 }, asking)
    expect(asking.shown[0]).toContain('and 3 more')
    expect(asking.shown[0]).not.toContain('vpc-40')
    expect(asking.shown[0]).toContain('the grants of 43 are taken back')
  })

  it('is not asked for by rows that attach, nor by a dry run', async () => {
    const silent = terminal()
    await confirmDetaches([...plan(30, {}), ...plan(30, { action: 'detach', dryRun: true })], {}, silent)
    expect(silent.shown).toEqual([])
  })

  it('comes before anything is created, recorded or sent', async () => {
    const did: string[] = []
    const log = createMemoryAppendLog()
    const transport = {
      requestQueueUrl: 'http://q/requests',
      appendLog: async () => ({
        ...log,
        append: async () => void did.push('append'),
      }),
      hasFeed: async () => false,
      openFeed: async () => void did.push('open'),
      closeFeed: async () => undefined,
    } as unknown as CampaignTransport
    const asked: number[] = []
    const confirm = async (rows: readonly unknown[]) => {
      asked.push(rows.length)
      throw new Error('no')
    }
    const stop = new AbortController().signal
    const submission = { rows: plan(3), campaignId: 'c', watch: true, confirm, stop, jsonAs: 'events' as const }
    await expect(submitCampaign(transport, submission, { canaryFailures: 0 })).rejects.toThrow('no')
    expect({ asked, did }).toEqual({ asked: [3], did: [] })
  })
})
