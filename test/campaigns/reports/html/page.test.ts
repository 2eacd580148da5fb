import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CampaignRecord, RecordedRow } from '../../../../lib/campaigns/record.js'
import { reportHtml } from '../../../../lib/campaigns/reports/html/page.js'
import { html, raw } from '../../../../lib/campaigns/reports/html/template.js'
import { HOSTILE, hostileRecord } from '../../../support/console/hostile-record.js'
import { sampleRecord } from '../../../support/console/sample-record.js'

const empty: CampaignRecord = { startedAtMs: 0, finishedAtMs: 0, rows: [] }
const texts = (page: string, tag: string) =>
  [...page.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map(([, text]) => text ?? '')
const occurrences = (page: string, text: string) => page.split(text).length - 1

describe('the page of a report', () => {
  it('is self-contained: it loads nothing, and its policy allows no other script', async () => {
    const page = await reportHtml(sampleRecord(300))
    expect(page).not.toMatch(/\s(?:src|href)="(?!#)/)
    expect(page).not.toMatch(/url\(|@import|<link|<img|<iframe|<base/i)
    expect(page).not.toMatch(/\sstyle=|\son[a-z]+=/i)
    const policy =
      /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? ''
    expect(policy).toMatch(/^default-src 'none'; /)
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/)
    const digests = [...policy.matchAll(/'(sha256-[^']+)'/g)].map(([, digest]) => digest)
    const own = [...texts(page, 'style'), ...texts(page, 'script')].map(
      (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`,
    )
    expect(own).toHaveLength(3)
    expect(digests.sort()).toEqual(own.sort())
  })

  it('escapes every value, in text, attributes and charts', async () => {
    const record = hostileRecord()
    const page = await reportHtml(record)
    expect(occurrences(page, HOSTILE)).toBe(0)
    expect(page).not.toMatch(/<img|onerror=(?!&quot;|&#39;|alert)/)
    const markup = sampleRecord(record.rows.length)
    expect(occurrences(page, '<script')).toBe(occurrences(await reportHtml(markup), '<script'))
    expect(occurrences(page, '&lt;img src=x onerror=alert(1)&gt;')).toBeGreaterThan(record.rows.length * 5)
  })

  it('is the same for the same record', async () => {
    expect(await reportHtml(sampleRecord(20))).toBe(await reportHtml(sampleRecord(20)))
  })

  it('has every row, every grant and every failure of a large campaign', async () => {
    const { rows, ...frame } = sampleRecord(1_000)
    const page = await reportHtml({ ...frame, rows })
    expect(occurrences(page, '<tr data-status=')).toBe(1_000)
    for (const { grant, error, outcome } of rows) {
      if (grant?.command) expect(page).toContain(grant.command)
      if (outcome === 'failed') expect(page).toContain(`<h3><code>${error?.code}</code>`)
    }
  })

  it('shows what each row asks for and what was read: router, zones and routes; and the calls of a dry run', async () => {
    const [attached, gone] = sampleRecord(2).rows as [RecordedRow, RecordedRow]
    const details = {
      edition: 'enterprise',
      transitRouterId: 'tr-1',
      zoneMappings: [{ zoneId: 'cn-a-a', vSwitchId: 'vsw-1' }],
      vpcRoutes: 'published',
    } as const
    const done = { adopted: false, durationMs: 5, finishedAtMs: 2, timeline: [] }
    const detached = { ...gone, ...done, action: 'detach', outcome: 'detached' } as const
    const page = await reportHtml({ ...empty, rows: [{ ...attached, details }, detached] })
    for (const text of [
      'enterprise',
      'router tr-1',
      'zones cn-a-a=vsw-1',
      'VPC routes published',
      'Time to attach or detach',
    ])
      expect(page).toContain(text)
    expect(page).toContain('<td class="small-off">detach</td>')
    expect(await reportHtml({ ...empty, rows: [detached] })).toContain('<h2>Time to detach</h2>')

    const plan = [{ operation: 'DetachCenChildInstance', parameters: { CenId: 'cen-<1>' } }]
    const preflight = { would: 'detach', reasons: [], plan } as const
    const dry = await reportHtml({ ...empty, rows: [{ ...detached, outcome: 'preflight', preflight }] })
    expect(dry).toContain('1. DetachCenChildInstance')
    expect(dry).toContain('CenId = cen-&lt;1&gt;')
  })

  it.each<[string, CampaignRecord, string[]]>([
    ['of nothing', empty, ['all']],
    [
      'of rows that were not sent',
      {
        ...empty,
        rows: sampleRecord(3).rows.map(({ line, requestId, attachment }) => ({
          line,
          requestId,
          attachment,
          timeline: [],
        })),
      },
      ['where', 'timeline', 'all'],
    ],
    [
      'of a dry run',
      {
        ...empty,
        rows: sampleRecord(2).rows.map((row) => ({
          ...row,
          outcome: 'preflight' as const,
          preflight: { would: 'refuse' as const, reasons: ['attached elsewhere'] },
        })),
      },
      ['verdicts', 'where', 'timeline', 'all'],
    ],
  ])('%s has only the sections with content', async (_name, record, sections) => {
    const page = await reportHtml(record)
    expect([...page.matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id)).toEqual(sections)
    const body = page.slice(page.indexOf('<body>'), page.lastIndexOf('<script>'))
    expect(/NaN|undefined|Infinity/.exec(body)?.[0]).toBeUndefined()
  })
})

describe('a template', () => {
  it('escapes its values, and keeps markup, lists and empty values', () => {
    const inner = html`<b>${'<&>"\''}</b>`
    expect(html`${inner}|${[inner, 'a<']}|${false}${undefined}|${0}|${raw('<i>')}|${'\u0000'}`.text).toBe(
      '<b>&lt;&amp;&gt;&quot;&#39;</b>|<b>&lt;&amp;&gt;&quot;&#39;</b>a&lt;||0|<i>|\ufffd',
    )
  })
})
