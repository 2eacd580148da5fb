/** Builds the attacher: who it is for Alibaba, and whether it calls the APIs itself or has its function do so. */
import { readFile } from 'node:fs/promises'
import type { AlibabaCalls } from '../../lib/alibaba/attacher.js'
import type { KeySource } from '../../lib/alibaba/credential.js'
import { createFcAttacher } from '../../lib/alibaba/fc-attacher.js'
import { createInvoke } from '../../lib/alibaba/fc-invoke.js'
import { createFc2Invoke } from '../../lib/alibaba/fc2-invoke.js'
import { createKeySource } from '../../lib/alibaba/identity.js'
import { createSignedCall } from '../../lib/alibaba/signed-call.js'
import type { FunctionPlace } from '../../lib/attacher-setting.js'
import type { AwsPlace } from '../../lib/aws/place.js'
import { readSecret } from '../../lib/aws/secret-text.js'
import { getWebIdentityToken } from '../../lib/aws/web-identity-token.js'
import type { Config } from '../../lib/config.js'
import { NOBODY, type Observer } from '../../lib/observer.js'
import type { Attacher, Clock } from '../../lib/ports.js'
import { buildDirectAttacher, directCalls } from './direct-attacher.js'

/** The calls of the identity that the settings name. */
export const buildCalls = (config: Config, awsPlace: AwsPlace, clock: Clock): AlibabaCalls =>
  directCalls(config, buildKeySource(config, awsPlace, clock), clock)

export function buildAttacher(config: Config, awsPlace: AwsPlace, clock: Clock, observer = NOBODY): Attacher {
  const source = buildKeySource(config, awsPlace, clock, observer)
  if (config.attacher.kind === 'direct') return buildDirectAttacher(config, source, clock, config.caps, observer)
  return buildFcAttacher(config, config.attacher.place, source, clock, observer)
}

function buildKeySource(
  { endpoints, alibabaIdentity }: Config,
  awsPlace: AwsPlace,
  clock: Clock,
  observer = NOBODY,
): KeySource {
  return createKeySource(alibabaIdentity, {
    stsEndpoint: endpoints.sts,
    clock,
    observer,
    readSecret: (secretArn) => readSecret(secretArn, awsPlace),
    readToken: ({ tokenFile, audience }) =>
      tokenFile === undefined ? getWebIdentityToken(audience, awsPlace) : readFile(tokenFile, 'utf8'),
  })
}

function buildFcAttacher(
  config: Config,
  place: FunctionPlace,
  source: KeySource,
  clock: Clock,
  observer: Observer,
): Attacher {
  const invoke = place.service === undefined ? createInvoke(place, source) : createFc2Invoke(place, source)
  const { cenOwnerId, grantRoleName } = config
  return createFcAttacher(invoke, createSignedCall(source, clock, observer), clock, {
    grants: grantRoleName !== undefined,
    ...(cenOwnerId !== undefined && { cenOwnerId }),
  })
}
