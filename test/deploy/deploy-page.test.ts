/** docs/deploy.md: what it names is there, and what it says of the template is so. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packaged } from '../support/packaged.js'

const page = readFileSync('docs/deploy.md', 'utf8')

describe('docs/deploy.md', () => {
  it('links to what is there', () => {
    const links = [...page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, file = '']) => join('docs', file))
    expect(links.length).toBeGreaterThan(8)
    expect(links.filter((file) => !existsSync(file))).toEqual([])
  })

  it('fills the policies so that no blank is left', () => {
    const [, fill = ''] = /^fill\(\) \{ (.*); \}$/m.exec(page) ?? []
    const env = {
      ...process.env,
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/x',
      ALIBABA_ACCOUNT: '1688',
      ISSUER: 'https://issuer',
    }
    for (const name of ['keyless-role-trust.json', 'worker-policy.json']) {
      const filled = execFileSync('sh', ['-c', fill, 'sh', `docs/ram/${name}`], { env, encoding: 'utf8' })
      expect(JSON.parse(filled)).toBeTruthy()
      expect(filled).not.toMatch(/ACCOUNT|PROVIDER|ISSUER|ROLE\b/)
    }
  })

  it('names outputs, alarms and numbers of the template', async () => {
    const { Resources, Outputs } = (await packaged()).template
    const outputs = [...page.matchAll(/\boutput ([A-Z]\w+)[)`]/g)].map(([, name = '']) => name)
    expect(outputs.length).toBeGreaterThan(3)
    expect(outputs.filter((name) => !Outputs[name])).toEqual([])
    const alarms = Object.values(Resources).flatMap(({ Properties }) => Properties.AlarmName ?? [])
    expect(
      alarms.filter(
        (name) => !page.includes(`\`${name.replace('cen-attach-fortest-', '').replace(/-from-\w+$/, '')}\``),
      ),
    ).toEqual([])
    const { MaximumMessageSize, VisibilityTimeout } = Resources.RequestQueue?.Properties ?? {}
    const { MemorySize, Timeout } = Resources.AttachLambdaFunction?.Properties ?? {}
    expect(page).toContain(
      `${MaximumMessageSize.toLocaleString('en')} bytes a message, visibility ${VisibilityTimeout} s`,
    )
    expect(page).toContain(`${MemorySize} MB, ${Timeout} s`)
  })
})
