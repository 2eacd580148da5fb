/** A run in "a real account": a second emulator behind --endpoint, with short times; consent, plan, clean-up and refusals. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RESOURCES, TAG_KEY } from '../../conformance/lab/resources.js'
import { EXIT, main } from '../../conformance/main.js'
import {
  EMULATED_WORLD,
  type EmulatorTarget,
  OWNER_ACCOUNT,
  startEmulatorTarget,
} from '../../conformance/targets/emulator.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'

const REGION = 'cn-hangzhou'
/** What was there before the run. */
const FOREIGN = {
  cens: [{ cenId: 'cen-foreign', name: 'core', tags: { team: 'network' } }],
  childInstances: [
    {
      childInstanceId: 'vpc-foreign',
      regionId: REGION,
      vSwitches: [{ vSwitchId: 'vsw-foreign', zoneId: `${REGION}-h` }],
    },
  ],
  attached: [{ cenId: 'cen-foreign', childInstanceId: 'vpc-foreign' }],
}
const KEYS = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: HOME_ACCOUNT.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: HOME_ACCOUNT.accessKeySecret,
}
const OWNER_KEYS = {
  CONFORMANCE_OWNER_ACCESS_KEY_ID: OWNER_ACCOUNT.accessKeyId,
  CONFORMANCE_OWNER_ACCESS_KEY_SECRET: OWNER_ACCOUNT.accessKeySecret,
}

let account: EmulatorTarget
let folder: string
let runs = 0

beforeAll(async () => {
  account = await startEmulatorTarget(REGION, { ...EMULATED_WORLD, ...FOREIGN })
  folder = mkdtempSync(join(tmpdir(), 'conformance-'))
})
afterAll(async () => {
  await account.stop()
  rmSync(folder, { recursive: true })
})

const left = () => {
  const { world } = account.emulator
  return {
    cens: world.cens().map(({ cenId }) => cenId),
    vpcs: world.childInstances().map(({ childInstanceId }) => childInstanceId),
    attached: world.enterprise.records.attachments
      .all(account.clock.now())
      .map(({ childInstanceId }) => childInstanceId),
  }
}
const UNTOUCHED = { cens: ['cen-foreign'], vpcs: ['vpc-foreign'], attached: ['vpc-foreign'] }

/** Runs the suite as its command line does; `typed` is what a person at the terminal answers. */
async function start(
  args: readonly string[],
  { env = {}, typed, stopAt }: { env?: Record<string, string>; typed?: string; stopAt?: RegExp } = {},
) {
  const stop = new AbortController()
  const shown: string[] = []
  const printed: string[] = []
  const state = join(folder, 'state.json')
  const transcript = join(folder, `transcript-${++runs}.jsonl`)
  const live = args.includes('--live')
    ? ['--endpoint', account.endpoints.cbn, '--state', state, '--transcript', transcript]
    : []
  const code = await main([...args, ...live], {
    env: { ...KEYS, ...env },
    clock: account.clock,
    terminal: {
      isInteractive: typed !== undefined,
      show(text) {
        shown.push(text)
        if (stopAt?.test(text)) stop.abort()
      },
      ask: async (question) => {
        shown.push(question)
        return typed
      },
    },
    print: (text) => void printed.push(text),
    signal: stop.signal,
    newRunId: () => `run${String(runs).padStart(6, '0')}`,
  })
  return { code, shown: shown.join('\n'), printed: printed.join('\n'), state, transcript }
}

const writes = () =>
  account.emulator.journal.filter(({ action }) => /^(?:Create|Delete|Attach|Grant|Tag)/.test(action)).length

describe('before a run in a real account', () => {
  it.each<[string, string | undefined, RegExp]>([
    ['nobody can be asked', undefined, /--yes starts without a question/],
    ['the answer is no', 'no', /not started, nothing was created/],
    ['the answer is empty', '', /not started, nothing was created/],
  ])('it prints what it creates, and creates nothing if %s', async (_when, typed, reason) => {
    const before = writes()
    const { code, shown } = await start(['--live'], typed === undefined ? {} : { typed })
    expect(code).toBe(EXIT.usage)
    expect(shown).toMatch(reason)
    for (const text of [
      'CEN            main',
      'vpc-a',
      TAG_KEY,
      '4 connection hours',
      '20 to 40 minutes',
      HOME_ACCOUNT.accountId,
    ])
      expect(shown).toContain(text)
    // Of the second account, whose keys were not given.
    expect(shown).not.toContain('vpc-owner')
    expect(writes()).toBe(before)
  })

  it.each<[string, string[], Record<string, string>, RegExp]>([
    [
      'a key that is refused',
      ['--live', '--yes'],
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-nobody-has-this' },
      /keys of the account "own" are refused: InvalidAccessKeyId/,
    ],
    [
      'half a key',
      ['--live', '--yes'],
      { CONFORMANCE_OWNER_ACCESS_KEY_ID: 'LTAI' },
      /CONFORMANCE_OWNER_ACCESS_KEY_SECRET is not set/,
    ],
    ['live options without --live', ['--yes', '--clean'], {}, /--yes needs --live\n--clean needs --live/],
    ['an unknown fact', ['grant'], {}, /no fact or subject "grant"/],
    ['a wrong region', ['--region', 'Hangzhou'], {}, /"Hangzhou" is no region/],
  ])('wrong use is refused: %s', async (_what, args, env, reason) => {
    const { code, shown } = await start(args, { env })
    expect([code, shown]).toEqual([EXIT.usage, expect.stringMatching(reason)])
  })
})

describe('without a call', () => {
  it('the facts are listed, and the options printed', async () => {
    const before = account.emulator.journal.length
    const listed = await start(['--list', 'tokens', 'zones.twice'])
    expect(listed.printed.split('\n').filter((line) => /^(?:tokens|zones)\./.test(line))).toHaveLength(6)
    expect(listed.printed).toContain('[I] inferred')
    const json = JSON.parse((await start(['--list', '--json', 'zones.twice'])).printed)
    expect(json).toMatchObject([{ id: 'zones.twice', certainty: 'D', expected: 'Duplicated.ZoneMapping' }])
    const help = await start(['--help', '--live'])
    expect([listed.code, help.code]).toEqual([EXIT.same, EXIT.same])
    expect(help.printed).toContain('npm run conformance -- --live --clean')
    expect(account.emulator.journal).toHaveLength(before)
  })
})

describe('a run in a real account', () => {
  it('creates what it printed, compares, writes a transcript without secrets, and deletes all of it and nothing else', async () => {
    const facts = [
      'edition.attach-creates-router',
      'attach.asynchronous',
      'routing.propagation',
      'grants.one-record',
      'zones.twice',
    ]
    const { code, shown, printed, transcript } = await start(['--live', '--json', ...facts], {
      env: OWNER_KEYS,
      typed: 'yes',
    })
    const result = JSON.parse(printed)
    expect([code, result.counts, result.left]).toEqual([EXIT.same, { same: 5, different: 0, notRun: 0 }, []])
    const text = readFileSync(transcript, 'utf8')
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const secret of [HOME_ACCOUNT.accessKeySecret, OWNER_ACCOUNT.accessKeySecret, 'Signature', 'ACS3-HMAC'])
      expect(text).not.toContain(secret)
    const named = lines.filter(
      ({ action, code: answer }) => /^Create(?:Cen|Vpc|VSwitch|TransitRouter)$/.test(action) && answer === 'OK',
    )
    expect(named.length).toBeGreaterThan(5)
    for (const { parameters } of named) {
      const name = Object.keys(RESOURCES).find((one) =>
        Object.values(parameters).some((value) => String(value).endsWith(`-${one}`)),
      )
      expect(shown).toContain(` ${name} `)
      expect(parameters['Tag.1.Key']).toBe(TAG_KEY)
    }
    expect(lines.every(({ at, tookMs, product }) => at && tookMs >= 0 && product)).toBe(true)
    expect(left()).toEqual(UNTOUCHED)
    expect(account.emulator.journal.some(({ parameters }) => /foreign/.test(JSON.stringify(parameters)))).toBe(false)
  })

  it('reports a difference, and ends with 1', async () => {
    account.emulator.faults.set([{ action: 'DescribeConformanceOfNothing', fault: { code: 'UnsupportedOperation' } }])
    const { code, printed } = await start(['--live', '--yes', 'errors.unknown-action', 'errors.unknown-key'])
    account.emulator.faults.set([])
    expect(code).toBe(EXIT.different)
    expect(printed).toContain('expected: InvalidAction.NotFound\n  seen:     UnsupportedOperation')
    expect(printed).toContain('1 same, 1 different, 0 not run')
  })

  it('does not run what needs a second account, and gives the reason', async () => {
    const { code, printed } = await start(['--live', '--yes', '--json', 'grants.missing'])
    const [fact] = JSON.parse(printed).facts
    expect([code, fact.status, fact.reason]).toEqual([EXIT.same, 'not run', expect.stringContaining('second account')])
    expect(left()).toEqual(UNTOUCHED)
  })

  it('cleans up after Ctrl-C, in the middle of an attach', async () => {
    const { code, shown } = await start(['--live', '--yes', 'edition', 'attach'], {
      stopAt: /edition\.attach-while-created/,
    })
    expect(code).toBe(EXIT.ended)
    expect(shown).toMatch(/not run {3}attach\.asynchronous: the run was ended/)
    expect(left()).toEqual(UNTOUCHED)
  })
})

describe('what an earlier run left', () => {
  const create = async (action: string, parameters: Record<string, string>, version = '2017-09-12') => {
    const caller = account.emulator.world.accountOfKey(HOME_ACCOUNT.accessKeyId)
    if (!caller) throw new Error('no account')
    const { answer } = account.emulator.handle({ action, version, parameters, caller })
    return answer.body as Record<string, string>
  }
  const tag = (runId: string) => ({ 'Tag.1.Key': TAG_KEY, 'Tag.1.Value': runId })
  const writeState = (text: string): string => {
    const path = join(folder, 'state.json')
    writeFileSync(path, text)
    return path
  }
  const stateOf = (resources: object[], accountId: string = HOME_ACCOUNT.accountId) => {
    const state = { runId: 'crashed00', regionId: REGION, accounts: { own: accountId }, resources }
    return writeState(JSON.stringify(state))
  }

  it('is found by its id, and by its tag where the answer of the creation was lost', async () => {
    const { CenId } = await create('CreateCen', tag('crashed00'))
    await create('CreateCen', tag('crashed00'))
    const path = stateOf([
      { name: 'main', kind: 'cen', account: 'own', id: CenId },
      { name: 'other', kind: 'cen', account: 'own' },
      { name: 'vpc-a', kind: 'vpc', account: 'own' },
    ])
    expect(left().cens).toHaveLength(3)
    const refused = await start(['--live', '--yes', 'zones'])
    expect([refused.code, refused.shown]).toEqual([EXIT.usage, expect.stringContaining('--clean')])
    const { code, shown } = await start(['--live', '--clean'])
    expect([code, shown]).toEqual([EXIT.same, expect.stringContaining('3 of 3 resources')])
    expect(left()).toEqual(UNTOUCHED)
    expect((await start(['--live', '--clean'])).shown).toContain(`${path} does not exist`)
  })

  it('is left alone without the tag of the run, or if something of others is attached', async () => {
    const { CenId } = await create('CreateCen', tag('another0'))
    const { CenId: shared = '' } = await create('CreateCen', tag('crashed00'))
    const foreign = { ...tag('x'), CenId: shared, RegionId: REGION, VpcId: 'vpc-foreign' }
    await account.clock.sleep(1_000)
    await create('CreateTransitRouterVpcAttachment', {
      ...foreign,
      'ZoneMappings.1.ZoneId': `${REGION}-h`,
      'ZoneMappings.1.VSwitchId': 'vsw-foreign',
    })
    const path = stateOf([
      { name: 'main', kind: 'cen', account: 'own', id: CenId },
      { name: 'other', kind: 'cen', account: 'own', id: shared },
      // The foreign VPC, as a state file that somebody has edited would name it.
      { name: 'vpc-a', kind: 'vpc', account: 'own', id: 'vpc-foreign' },
    ])
    const { code, shown } = await start(['--live', '--clean'])
    expect(code).toBe(EXIT.different)
    expect(shown).toContain(`main ${CenId}: it does not have the tag`)
    expect(shown).toContain('vpc-a vpc-foreign: it does not have the tag')
    expect(shown).toContain(`other ${shared}: vpc-foreign of others is attached`)
    expect(left().vpcs).toEqual(['vpc-foreign'])
    expect(left().cens).toEqual(['cen-foreign', CenId, shared])
    expect(JSON.parse(readFileSync(path, 'utf8')).resources).toHaveLength(3)
    rmSync(path)
  })

  it.each<[string, () => string, RegExp]>([
    ['another account', () => stateOf([], '1999999999999999'), /"own" was 1999999999999999; use those keys/],
    ['no state file', () => writeState('{}'), /is no state file/],
    ['no JSON', () => writeState('x'), /is not JSON/],
  ])('is not touched with %s', async (_what, write, reason) => {
    write()
    const { code, shown } = await start(['--live', '--clean'])
    expect([code, shown]).toEqual([EXIT.usage, expect.stringMatching(reason)])
    rmSync(join(folder, 'state.json'))
  })
})
