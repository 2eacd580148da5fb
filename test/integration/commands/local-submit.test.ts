/** `local --submit` and its options, each in processes of its own. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { basicEverywhere } from '../../support/basic-world.js'
import { run } from '../../support/process.js'

const folder = mkdtempSync(join(tmpdir(), 'cen-attach-'))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const GOOD = file(
  'good.csv',
  'cenId,childInstanceId,childInstanceRegionId,childInstanceOwnerId\ncen-a,vpc-1,cn-hangzhou,\ncen-a,vbr-2,cn-beijing,1700000000000002\ncen-b,ccn-3,ccn-cn-shanghai,\n',
)

describe('cen-attach local --submit', () => {
  it('prefers its options to its world file, and ignores settings of the real clouds', async () => {
    const world = {
      worker: { attachmentPolicy: 'nobody.json', grantRoleName: 'none' },
      grantsMissing: [{ childInstanceId: 'vbr-2' }],
      roles: [{ roleName: 'granter' }],
    }
    file('nobody.json', JSON.stringify({ version: 1, rules: [] }))
    const everybody = { id: 'all', senders: ['000000000000'], cenIds: ['*'], ownerIds: ['*'] }
    const policy = file('everybody.json', JSON.stringify({ version: 1, rules: [everybody] }))
    const args = [
      'local',
      '--submit',
      GOOD,
      '--json',
      '--world',
      file('set.json', JSON.stringify(basicEverywhere(world))),
    ]
    const real = {
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
      AWS_SESSION_TOKEN: 'real',
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1700000000000009:role/real',
      ATTACHER: 'fc',
      GRANT_ROLE_NAME: 'real',
      CEN_OWNER_ID: '1700000000000009',
    }
    const [denied, granted] = await Promise.all([
      run(args, real),
      run([...args, '--policy', policy, '--grant-role', 'granter'], real),
    ])
    const outcomes = ({ out }: typeof denied) =>
      JSON.parse(out).rows.map(({ outcome, code }: { outcome: string; code?: string }) => code ?? outcome)
    expect(outcomes(denied)).toEqual(['PolicyDenied', 'PolicyDenied', 'PolicyDenied'])
    expect(outcomes(granted)).toEqual(['attached', 'attached', 'attached'])
  })

  it('runs a file without a world file', async () => {
    const { code, out } = await run(['local', '--submit', GOOD, '--json'])
    const printed = JSON.parse(out)
    expect(printed.totals).toMatchObject({ rows: 3, attached: 3 })
    expect(printed.rows[0]).toMatchObject({
      where: 'line 2',
      childInstanceId: 'vpc-1',
      outcome: 'attached',
      receiveCount: 1,
      details: { edition: 'enterprise', vpcRoutes: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] },
    })
    expect(code).toBe(0)
  })

  it('exits 1 if a row fails, and if an outcome is not as expected', async () => {
    const attached = [{ cenId: 'cen-z', childInstanceId: 'vpc-1' }]
    const failing = file('failing.json', JSON.stringify(basicEverywhere({ attached })))
    expect((await run(['local', '--submit', GOOD, '--world', failing])).code).toBe(1)
    const rows = [
      { childInstanceId: 'vpc-1', outcome: 'failed', code: 'InvalidOperation.ChildInstanceAlreadyAttached' },
    ]
    const expecting = file(
      'expecting.json',
      JSON.stringify(basicEverywhere({ attached, expect: { others: { outcome: 'attached' }, rows } })),
    )
    expect((await run(['local', '--submit', GOOD, '--world', expecting])).code).toBe(0)
    const wrong = file('wrong.json', JSON.stringify(basicEverywhere({ expect: { others: { outcome: 'failed' } } })))
    const { code, out } = await run(['local', '--submit', GOOD, '--world', wrong])
    expect(out).toContain('differs: line 2: vpc-1: outcome is attached, expected failed')
    expect(code).toBe(1)
  })
})

describe('cen-attach local --submit --dry-run', () => {
  it('gives the verdict of every row and attaches nothing', async () => {
    const attached = [{ cenId: 'cen-z', childInstanceId: 'vpc-1' }]
    const world = file('dry.json', JSON.stringify(basicEverywhere({ attached, messages: ['no JSON'] })))
    const { code, out } = await run(['local', '--submit', GOOD, '--world', world, '--dry-run'])
    expect(out).toMatch(/^! refuse vpc-1 for cen-a {2}\(line 2, cn-hangzhou\)\n {4}vpc-1 is attached to cen-z/m)
    expect(out).toMatch(/^\+ attach ccn-3 to cen-b {2}\(line 4, ccn-cn-shanghai\)/m)
    expect(out).toContain('3 rows: 2 to attach, 0 to detach, 0 already so, 1 refused')
    expect(code).toBe(1)
  })
})
