/** The commands end to end. */
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { createAwsClients } from '../../../lib/aws/clients.js'
import { startCloud } from '../../support/cloud.js'
import { run, start } from '../../support/process.js'
import { request } from '../../support/sim/sim.js'

const folder = mkdtempSync(join(tmpdir(), 'cen-attach-'))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const HEADER = 'cenId,childInstanceId,childInstanceRegionId,childInstanceOwnerId\n'
const GOOD = file(
  'good.csv',
  `${HEADER}cen-a,vpc-1,cn-hangzhou,\ncen-a,vbr-2,cn-beijing,1700000000000002\ncen-b,ccn-3,ccn-cn-shanghai,\n`,
)
const BAD = file('bad.csv', `${HEADER}cen-a,vpc-1,cn-hangzhou,\ncen-a,lan-2,cn-beijing,x\ncen b,ccn-3,,\n`)

describe('cen-attach local --submit', () => {
  it('runs the example: every outcome as the world file expects, and a table of all rows', async () => {
    const { code, out, err } = await run([
      'local',
      '--submit',
      'events/onboarding.example.csv',
      '--world',
      'events/onboarding.world.json',
    ])
    expect(out).toContain('every outcome is as the world file expects')
    expect(out.match(/^line \d+/gm)).toHaveLength(69)
    expect(out).toContain('69 rows: 58 attached, 9 failed, 2 grant-required; 3 other messages')
    // Parked; attached when its owner has granted, at the first delivery if that is late; granted by the role; refused before any call.
    expect(err).toContain('vbr-sg-not-granted waits: ')
    expect(out).toMatch(/vpc-bj-granted-meanwhile +attached +[\d.]+ +\d$/m)
    expect(out).toMatch(/vpc-sg-granted-by-role +attached /)
    expect(err).not.toContain('vpc-sg-granted-by-role waits')
    // Both editions: no zone has an address, another next hop is in the way, and only a route was missing.
    expect(out).toMatch(/vpc-sg-no-addresses +failed +[\d.]+ +1 +NoUsableZone$/m)
    expect(out).toMatch(/vpc-bj-other-next-hop +failed +[\d.]+ +1 +RoutingConflict$/m)
    expect(out).toMatch(/vpc-bj-lacked-a-route +attached +[\d.]+ +1$/m)
    expect(out).toMatch(/vpc-hz-of-a-stranger +failed +[\d.]+ +1 +PolicyDenied$/m)
    expect(err).not.toMatch(/Warning|\x1b\[/)
    expect(code).toBe(0)
    // The README shows some of these lines; times and the width of columns differ from run to run.
    const plain = (text: string) =>
      text.split('\n').map((line) =>
        line
          .replace(/\d+\.\d\b/g, 'N')
          .replace(/ +/g, ' ')
          .replace(/(granted-meanwhile attached N) \d/, '$1'),
      )
    const [, shown = ''] = /^```\n(row .*?)\n```$/ms.exec(readFileSync('README.md', 'utf8')) ?? []
    expect(shown.split('\n').length).toBeGreaterThan(8)
    expect(plain(shown).filter((line) => !plain(out).includes(line))).toEqual([])
  })
})

describe('cen-attach local', () => {
  it('prints settings that work as printed, on loopback only, and stops on Ctrl-C', async () => {
    const local = start(['local'])
    await local.wrote('Ctrl-C')
    const env = Object.fromEntries(
      [...local.out().matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name ?? '', value ?? '']),
    )
    for (const value of Object.values(env).filter((one) => one.startsWith('http')))
      expect(value).toMatch(/^http:\/\/127\.0\.0\.1:\d+/)

    const { sqs, sns } = createAwsClients({ ...awsConnectionOf(env), region: env.AWS_REGION ?? '' })
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'mine' }))
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
    await sns.send(
      new SubscribeCommand({ TopicArn: env.RESULT_TOPIC_ARN, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }),
    )
    await sqs.send(new SendMessageCommand({ QueueUrl: env.REQUEST_QUEUE_URL, MessageBody: request() }))
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    expect(JSON.parse(JSON.parse(Messages?.[0]?.Body ?? '{}').Message).data.outcome).toBe('attached')

    const port = Number(new URL(env.AWS_ENDPOINT_URL ?? '').port)
    const listening = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .filter((line) => line.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`))
    expect(listening.map((line) => line.trim().split(/\s+/)[1]?.split(':')[0])).toEqual(['0100007F'])

    local.child.kill('SIGINT')
    expect(await local.ended).toBe(0)
  })
})

describe('cen-attach emulator --tls', () => {
  it('serves https with a certificate that it writes, and prints how to trust it', async () => {
    const pem = join(folder, 'emulator.pem')
    const emulator = start(['emulator', '--tls', pem])
    await emulator.wrote('Ctrl-C')
    expect(emulator.out()).toContain(`SSL_CERT_FILE=${pem}`)
    expect(emulator.out()).toContain(`export NODE_EXTRA_CA_CERTS=${pem}\n`)
    const [, url = ''] = /CBN_ENDPOINT=(https:\S+)/.exec(emulator.out()) ?? []
    const ca = readFileSync(pem)
    expect(ca.toString()).not.toContain('PRIVATE')
    const status = await new Promise((resolve, reject) => {
      get(`${url}/_emulator/state`, { ca }, ({ statusCode }) => resolve(statusCode)).on('error', reject)
    })
    expect(status).toBe(200)
    emulator.child.kill('SIGINT')
    expect(await emulator.ended).toBe(0)
  })

  it('is wrong use if the certificate cannot be written', async () => {
    const { code, err } = await run(['emulator', '--tls', join(folder, 'none', 'emulator.pem')])
    expect([code, err]).toEqual([2, expect.stringContaining('--tls: ENOENT')])
  })
})

describe('a port that is taken', () => {
  it.each([
    ['local', '--queue-port'],
    ['local', '--emulator-port'],
    ['emulator', '--port'],
  ])('is wrong use of %s %s, and nothing stays behind', async (command, option) => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    const { code, err } = await run([command, option, String(port)])
    holder.close()
    expect(err).toContain(`${option}: port ${port} of 127.0.0.1 is taken; name another port, or 0 for a free one`)
    expect(code).toBe(2)
  })
})

describe('an unreachable cloud', () => {
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    REQUEST_QUEUE_URL: 'http://127.0.0.1:1/000000000000/requests',
  }

  it('is reported by submit with what to check and that a retry is safe', async () => {
    const { code, out, err } = await run(['submit', GOOD], env)
    expect(err).toContain(`${env.REQUEST_QUEUE_URL} cannot be reached: `)
    expect(err).toContain('check REQUEST_QUEUE_URL, AWS_REGION and AWS_ENDPOINT_URL')
    expect(err).toContain('repeating the command is safe')
    expect([code, out]).toEqual([1, ''])
  })

  it('is wrong use if only the queue is missing', async () => {
    const cloud = await startCloud()
    const { code, err } = await run(['submit', GOOD, '--queue-url', `${cloud.queues.requestQueueUrl}-gone`], cloud.env)
    await cloud.stop()
    expect(err).toContain('there is no such queue; check REQUEST_QUEUE_URL (or --queue-url) and AWS_REGION')
    expect(code).toBe(2)
  })

  it('is not drift to reconcile: without credentials it reports that once, and exits 2', async () => {
    const { code, err } = await run(['reconcile', GOOD], {})
    expect(err.match(/ALIBABA_CLOUD_\*/g)).toHaveLength(1)
    expect(code).toBe(2)
  })
})

describe('cen-attach submit', () => {
  it('sends every row of a valid file, and of standard input', async () => {
    const cloud = await startCloud()
    const env = { ...cloud.env }
    expect(await run(['submit', GOOD, '--campaign', 'wave-1'], env)).toMatchObject({
      code: 0,
      out: `3 requests are on ${cloud.queues.requestQueueUrl}\n`,
    })
    const sent = await run(['submit', '-', '--json'], env, `${request()}\n${request()}\n`)
    expect(JSON.parse(sent.out).sent).toBe(2)
    expect(await cloud.left()).toBe(5)
    await cloud.stop()
  })

  it('sends nothing of a file with faulty rows, and prints all of them by line', async () => {
    const cloud = await startCloud()
    const { code, err } = await run(['submit', BAD], { ...cloud.env })
    expect(code).toBe(2)
    expect(err.match(/line \d+: \w+/g)).toEqual([
      'line 3: childInstanceId',
      'line 3: childInstanceOwnerId',
      'line 4: cenId',
      'line 4: childInstanceRegionId',
    ])
    expect(await cloud.left()).toBe(0)
    await cloud.stop()
  })
})

describe('wrong use', () => {
  it.each<[string, string[], string]>([
    ['no such command', ['fly'], 'unknown command'],
    ['no such option', ['local', '--fast'], 'unknown option'],
    ['a port that is none', ['emulator', '--port', '70000'], 'must be a port'],
    ['a file that is not there', ['local', '--submit', 'nowhere.csv'], 'nowhere.csv: cannot be read'],
    ['a world that is none', ['emulator', '--world', BAD], 'is not JSON'],
    ['no queue', ['submit', GOOD], 'REQUEST_QUEUE_URL is not set'],
    ['no settings', ['worker'], 'ATTACHMENT_POLICY is not set'],
  ])('%s exits 2 and says what is wrong', async (_name, args, printed) => {
    const { code, err } = await run(args)
    expect(err).toContain(printed)
    expect(code).toBe(2)
  })

  it('prints all faults of the settings at once', async () => {
    const { err } = await run(['worker'], { CONCURRENCY: 'many', CBN_ENDPOINT: 'http://example.com' })
    const named = [
      'REQUEST_QUEUE_URL',
      'DEAD_LETTER_QUEUE_URL',
      'RESULT_TOPIC_ARN',
      'ATTACHMENT_POLICY',
      'CONCURRENCY',
      'CBN_ENDPOINT',
    ]
    expect(named.filter((name) => !err.includes(`cen-attach worker: ${name} `))).toEqual([])
  })
})

describe('completion and codes', () => {
  it('completion has the codes and kinds that select dead letters, and the options of the commands below dlq and policy', async () => {
    const { out } = await run(['completion', 'bash'])
    expect(out).toMatch(/--code\) COMPREPLY=\(\$\(compgen -W "[^"]*OperationUnsupported\.CenFullLevel/)
    expect(out).toMatch(/--kind\) COMPREPLY=\(\$\(compgen -W "[^"]*not-granted/)
    for (const option of ['--edit', '--renew', '--sender', '--topic-arn']) expect(out).toContain(option)
  })

  it('codes shows what a request with one action can meet', async () => {
    const codesOf = async (...options: string[]) =>
      JSON.parse((await run(['codes', '--json', ...options])).out).map(({ code }: { code: string }) => code)
    const detach = await codesOf('--action', 'detach')
    expect(detach).toContain('OperationFailed.RouteEntryExist')
    expect(detach).toContain('Operation.Blocking')
    expect(detach).not.toContain('InsufficientIpAddr.vsw')
    expect(await codesOf('--action', 'attach')).not.toContain('Superseded')
    expect((await run(['codes', '--action', 'delete'])).code).toBe(2)
  })

  it('codes explains one code, in either spelling', async () => {
    const { code, out } = await run(['codes', 'forbidden.attachchildinstanceacrossuid', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      code: 'Forbbiden.AttachChildInstanceAcrossUid',
      kind: 'not-granted',
      does: 'park',
    })
    expect(code).toBe(0)
  })
})
