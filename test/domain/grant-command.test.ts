/** Every command for the `aliyun` CLI that is printed or documented, against the CLI's grammar. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commandOf, grantCall } from '../../lib/domain/grant-call.js'
import { faultsOfCommand } from '../support/aliyun-grammar.js'

const CHILDREN = [
  { childInstanceType: 'VPC', childInstanceId: 'vpc-one', childInstanceRegionId: 'cn-hangzhou' },
  { childInstanceType: 'VBR', childInstanceId: 'vbr-one', childInstanceRegionId: 'cn-hangzhou' },
  { childInstanceType: 'CCN', childInstanceId: 'ccn-one', childInstanceRegionId: 'ccn-cn-shanghai' },
] as const

describe('a command for the aliyun CLI', () => {
  it.each(CHILDREN)('that grants a $childInstanceType can be run in any profile', (child) => {
    const attachment = { ...child, cenId: 'cen-one', childInstanceOwnerId: '1700000000000007' }
    const command = commandOf(grantCall(attachment, '1688000000000001'))
    expect(faultsOfCommand(command), command).toEqual([])
  })

  it('that grants a CCN has --force, since the CLI has no metadata of Smartag', () => {
    const [, , ccn] = CHILDREN
    expect(commandOf(grantCall({ ...ccn, cenId: 'cen-one' }, '1688000000000001'))).toBe(
      'aliyun smartag GrantInstanceToCbn --CcnInstanceId ccn-one --CenInstanceId cen-one --CenUid 1688000000000001 --force --region cn-shanghai',
    )
  })

  it.each(documented())('in $file can be run: $line', ({ line }) => {
    expect(faultsOfCommand(line)).toEqual([])
  })

  it.each([
    ['aliyun vpc GrantInstanceToCen --RegionId cn-hangzhou', 'the region is that of the profile'],
    [
      'aliyun smartag GrantInstanceToCbn --CenUid 1 --region cn-shanghai',
      "'GrantInstanceToCbn' is not a valid api, use --force",
    ],
    ['aliyun smartag X --RegionId a --force --region a', '--RegionId is dropped with --force'],
    ['aliyun vpc GrantInstanceToCen --CenUid 1 --region a', '--CenUid is not a valid parameter'],
    ['aliyun vpc GrantInstanceToCen --CenId --region a', '--CenId needs a value'],
  ])('is refused: %s', (line, fault) => expect(faultsOfCommand(line)).toContain(fault))
})

/** Commands of the README and of docs/, on a line of its own or in `$( )`. */
function documented(): { file: string; line: string }[] {
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  const lines = ['README.md', ...pages.map((name) => `docs/${name}`)].flatMap((file) =>
    [
      ...readFileSync(file, 'utf8')
        .replaceAll('\\\n', ' ')
        .matchAll(/(?:^ *|\$\(|": ")(aliyun [a-z]+ [A-Z].*?)(?: \| .*|",?)?$/gm),
    ].map(([, line = '']) => ({ file, line })),
  )
  if (lines.length < 12) throw new Error(`only ${lines.length} commands are found`)
  return lines
}
