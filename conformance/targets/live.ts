/** A real account as a target, or the emulator's port with the settings of one. */
import { readFile } from 'node:fs/promises'
import { createKeySource } from '../../lib/alibaba/credentials/identity.js'
import { fixedKeys, type KeySource } from '../../lib/alibaba/credentials/key-source.js'
import { readIdentity } from '../../lib/config/alibaba.js'
import { createSettingReader, type Environment } from '../../lib/config/setting-reader.js'
import type { Clock } from '../../lib/domain/clock.js'
import type { Endpoints, Target } from './accounts.js'

/** The settings of the keys of a second and a third account. */
const OTHERS = { owner: 'CONFORMANCE_OWNER', bare: 'CONFORMANCE_BARE' } as const

type LiveReading =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Reads the identity as the worker does, with all faults at once. `endpoint`, if given, is that of every product. */
export function readLiveTarget(env: Environment, regionId: string, clock: Clock, endpoint?: string): LiveReading {
  const reader = createSettingReader({ ...env, ...(endpoint !== undefined && { CONFORMANCE_ENDPOINT: endpoint }) })
  const { optional, fault } = reader
  const one = reader.endpoint('CONFORMANCE_ENDPOINT', '')
  const urlOf = (setting: string, usual: string) => (one === '' ? reader.endpoint(setting, usual) : one)
  const endpoints: Endpoints = {
    cbn: urlOf('CBN_ENDPOINT', 'https://cbn.aliyuncs.com'),
    vpc: urlOf('VPC_ENDPOINT', `https://vpc.${regionId}.aliyuncs.com`),
    ram: urlOf('RAM_ENDPOINT', 'https://ram.aliyuncs.com'),
    sts: urlOf('STS_ENDPOINT', 'https://sts.aliyuncs.com'),
  }
  const identity = readIdentity(reader)
  const byAws = 'needs keys of Alibaba, a CLI profile or an OIDC token file here: AWS is not asked'
  if (identity.kind === 'secret') fault('ALIBABA_CLOUD_CREDENTIALS_SECRET', byAws)
  if (identity.kind === 'oidc' && identity.tokenFile === undefined) fault('ALIBABA_CLOUD_OIDC_PROVIDER_ARN', byAws)
  const others: Partial<Record<keyof typeof OTHERS, KeySource>> = {}
  for (const [name, prefix] of Object.entries(OTHERS) as [keyof typeof OTHERS, string][]) {
    const [accessKeyId, accessKeySecret] = [
      optional(`${prefix}_ACCESS_KEY_ID`),
      optional(`${prefix}_ACCESS_KEY_SECRET`),
    ]
    const securityToken = optional(`${prefix}_SECURITY_TOKEN`)
    if (accessKeyId !== undefined && accessKeySecret !== undefined)
      others[name] = fixedKeys({ accessKeyId, accessKeySecret, ...(securityToken !== undefined && { securityToken }) })
    else if (accessKeyId !== undefined || accessKeySecret !== undefined)
      fault(`${prefix}_ACCESS_KEY_${accessKeyId === undefined ? 'ID' : 'SECRET'}`, 'is not set, but its other half is')
  }
  if (reader.faults.length > 0) return { ok: false, faults: reader.faults }
  const own = createKeySource(identity, {
    stsEndpoint: endpoints.sts,
    clock,
    readSecret: async () => Promise.reject(new Error(byAws)),
    readToken: ({ tokenFile = '' }) => readFile(tokenFile, 'utf8'),
  })
  return {
    ok: true,
    target: {
      name: one === '' ? 'Alibaba Cloud' : one,
      regionId,
      endpoints,
      keys: { own, ...others },
      clock,
      stop: async () => undefined,
    },
  }
}
