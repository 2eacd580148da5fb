/** Detaching from the command line: consent, what is sent, and pruning by the lists of both editions. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { run } from '../../support/process.js'

const folder = mkdtempSync(join(tmpdir(), 'cen-attach-detach-'))
const OWNER = '1700000000000002'
const file = (name: string, lines: readonly string[]) => {
  writeFileSync(join(folder, name), `cenId,childInstanceId,childInstanceRegionId,action\n${lines.join('\n')}\n`)
  return join(folder, name)
}
/** In cn-hangzhou the router is Enterprise, in cn-beijing Basic. */
const WORLD = {
  editions: { default: 'Basic', regions: { 'cn-hangzhou': 'Enterprise' } },
  cens: [{ cenId: 'cen-1' }, { cenId: 'cen-2' }],
  childInstances: [
    ...['vpc-keep', 'vpc-e', 'vpc-managed'].map((childInstanceId) => ({ childInstanceId, regionId: 'cn-hangzhou' })),
    { childInstanceId: 'vpc-b', regionId: 'cn-beijing', ownerId: OWNER },
    { childInstanceId: 'vpc-other', regionId: 'cn-beijing' },
  ],
  attached: [
    ...['vpc-keep', 'vpc-e', 'vpc-b', 'vpc-other'].map((childInstanceId) => ({ cenId: 'cen-1', childInstanceId })),
    { cenId: 'cen-1', childInstanceId: 'vpc-managed', managedService: 'CloudFirewall' },
  ],
}
const RETIRED = ['cen-1,vpc-e,cn-hangzhou,', 'cen-2,vpc-new,cn-hangzhou,attach']
const KEEP = file('keep.csv', ['cen-1,vpc-keep,cn-hangzhou,', 'cen-2,vpc-other,cn-beijing,'])

let cloud: TestCloud
let env: Record<string, string>
/** The bodies on the request queue, which are then deleted. */
const sent = async () => {
  const all: Record<string, unknown>[] = []
  for (;;) {
    const { Messages = [] } = await cloud.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: cloud.queues.requestQueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 600,
      }),
    )
    if (Messages.length === 0) return all
    all.push(...Messages.map(({ Body = '' }) => JSON.parse(Body)))
  }
}

beforeAll(async () => {
  cloud = await startCloud(WORLD)
  env = { ...cloud.env, XDG_STATE_HOME: folder }
})
afterAll(() => cloud.stop())

describe('submit --detach', () => {
  it('asks first: without a terminal nothing is sent, and the option is named', async () => {
    const path = file('retired.csv', RETIRED)
    const asked = await run(['submit', path, '--detach'], env)
    expect(asked.code).toBe(2)
    expect(asked.err).toContain(
      '1 network of 1 CEN would be detached:\n  - cen-1: 1 network (cn-hangzhou 1)\n      vpc-e',
    )
    expect(asked.err).toContain('if it is meant: --yes')
    const many = await run(['submit', path, '--detach', '--yes', '--max', '1'], env)
    expect(many.code).toBe(0)
    expect((await sent()).map(({ action, childInstanceId }) => [action, childInstanceId])).toEqual([
      ['detach', 'vpc-e'],
      ['attach', 'vpc-new'],
    ])
  })

  it('refuses a file that attaches and detaches one network, or has no row to detach, and sends nothing', async () => {
    const both = file('both.csv', [
      'cen-1,vpc-e,cn-hangzhou,',
      'cen-1,vpc-e,cn-hangzhou,attach',
      'cen-2,vpc-e,cn-hangzhou,attach',
    ])
    const refused = await run(['submit', both, '--detach', '--yes'], env)
    expect(refused.code).toBe(2)
    for (const line of [3, 4])
      expect(refused.err).toContain(`line ${line}: action is attach, and line 2 asks to detach`)
    const none = await run(['submit', file('none.csv', ['cen-1,vpc-e,cn-hangzhou,attach']), '--detach', '--yes'], env)
    expect(none.err).toContain('--detach: every row has the action attach')
    expect([none.code, await sent()]).toEqual([2, []])
  })
})

describe('reconcile --prune', () => {
  const prune = ['reconcile', KEEP, '--submit', '--prune']

  it('reads both editions, and lists what it would never detach with the reason', async () => {
    const { out, code } = await run(['reconcile', KEEP], env)
    const lines = out.split('\n').map((line) => line.split(/ {2,}/))
    expect(lines).toEqual(
      expect.arrayContaining([
        ['', 'cen-1', 'vpc-e', 'cn-hangzhou', 'unlisted'],
        ['', 'cen-1', 'vpc-b', 'cn-beijing', 'unlisted'],
        ['', 'cen-1', 'vpc-managed', 'cn-hangzhou', 'unlisted', 'is managed by CloudFirewall'],
        ['', 'cen-1', 'vpc-other', 'cn-beijing', 'unlisted', 'line 3 names it for another CEN'],
        ['line 3', 'cen-2', 'vpc-other', 'cn-beijing', 'elsewhere', 'cen-1'],
      ]),
    )
    expect(out).toContain('1 as requested, 0 missing, 1 attached elsewhere, 0 under way, 4 in no row')
    expect(out).toContain('detach 2 of those in no row with --submit --prune')
    expect(code).toBe(1)
  })

  it('asks first, and detaches only what is in no row, with its owner', async () => {
    const asked = await run(prune, env)
    expect(asked.err).toContain('--yes')
    expect(asked.code).toBe(2)
    const few = await run([...prune, '--yes', '--max', '1'], env)
    expect(few.err).toContain('--max 2')
    expect(await sent()).toEqual([])
    await run([...prune, '--yes'], env)
    const bodies = await sent()
    expect(
      bodies.map(({ action, childInstanceId, childInstanceOwnerId }) => [
        action,
        childInstanceId,
        childInstanceOwnerId,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['detach', 'vpc-e', undefined],
        ['detach', 'vpc-b', OWNER],
      ]),
    )
    expect(bodies).toHaveLength(2)
  })

  it('is refused if a list is denied or fails, and in wrong use', async () => {
    const answer = (action: string, code: string) => cloud.emulator.faults.set([{ action, fault: { code } }])
    answer('ListTransitRouterVpcAttachments', 'Forbidden.RAM')
    const denied = await run([...prune, '--yes'], env)
    expect(denied.err).toContain('--prune needs complete lists')
    expect(denied.err).toContain('the VPCs of cen-1 in cn-hangzhou')
    answer('ListTransitRouterVbrAttachments', 'ServiceUnavailable')
    const failed = await run([...prune, '--yes'], env)
    expect(failed.err).toContain('cen-1 could not be read: ')
    cloud.emulator.faults.set([])
    expect([denied.code, failed.code, await sent()]).toEqual([1, 1, []])
    const wrong = await run(['reconcile', '--past', 'wave-1', '--prune'], env)
    expect(wrong.err).toContain('--prune needs --submit')
    expect(wrong.err).toContain('--prune needs a file')
    expect(wrong.code).toBe(2)
  })
})
