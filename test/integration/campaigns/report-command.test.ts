/** Reports end to end: written at the end of a campaign, and from the JSON report. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { reportJson } from '../../../lib/campaigns/reports/json.js'
import { sampleRecord } from '../../support/console/sample-record.js'
import { run } from '../../support/process.js'

const folder = mkdtempSync(join(tmpdir(), 'cen-attach-report-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)
const text = (name: string) => readFileSync(at(name), 'utf8')

describe('cen-attach … --report', () => {
  it('writes page, CSV and JSON; the CSV can be submitted again, the JSON gives the same page', async () => {
    const world = ['--world', 'events/onboarding.world.json']
    const reports = ['page.html', 'rows.csv', 'record.json'].flatMap((name) => ['--report', at(name)])
    const { code } = await run(['local', '--submit', 'events/onboarding.example.csv', ...world, ...reports])
    expect(code).toBe(0)
    expect(text('page.html')).toContain(
      '58 of 69 networks are attached. 9 failed, for 9 reasons. 2 wait for 1 account to grant.',
    )
    expect(await run(['submit', at('rows.csv'), '--check'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('69 rows are valid'),
    })
    expect(await run(['report', at('record.json'), '--report', at('again.html')])).toMatchObject({ code: 0 })
    expect(text('again.html')).toBe(text('page.html'))
  })
})

describe('cen-attach report', () => {
  writeFileSync(at('good.json'), reportJson(sampleRecord(5)))
  writeFileSync(at('bad.json'), '{"startedAtMs":0,"rows":[]}')

  it('prints the written files as JSON', async () => {
    const { code, out } = await run(['report', at('good.json'), '--report', at('x.csv'), '--json'])
    expect([code, JSON.parse(out)]).toEqual([0, { reports: [at('x.csv')], rows: 5 }])
  })

  it.each([
    ['a file that is no report', ['bad.json', '--report', at('y.html')], 'finishedAtMs'],
    ['a file that is not there', ['none.json', '--report', at('y.html')], 'there is no such file'],
    ['a format that is none', ['good.json', '--report', at('y.pdf')], 'must end in .html, .csv, .json'],
    ['a folder that is not there', ['good.json', '--report', at('none/y.html')], 'there is no writable folder'],
    ['no report to write', ['good.json'], '--report'],
  ])('is refused, and writes nothing, for %s', async (_name, [file = '', ...rest], printed) => {
    const { code, err } = await run(['report', at(file), ...rest])
    expect([code, err]).toEqual([2, expect.stringContaining(printed)])
    expect(existsSync(at('y.html'))).toBe(false)
  })
})
