/** Builds the driver's calls: its Alibaba identity, and calls that are direct or through the function. */
import { readFile } from 'node:fs/promises'
import type { BasicCalls } from '../../lib/alibaba/basic/calls.js'
import type { AlibabaCalls } from '../../lib/alibaba/basic/direct-calls.js'
import { createKeySource } from '../../lib/alibaba/credentials/identity.js'
import type { KeySource } from '../../lib/alibaba/credentials/key-source.js'
import { createFc2Invoke } from '../../lib/alibaba/function/invoke-fc2.js'
import { createFc3Invoke } from '../../lib/alibaba/function/invoke-fc3.js'
import { createRemoteCalls } from '../../lib/alibaba/function/remote-calls.js'
import { createSignedCall } from '../../lib/alibaba/sdk/signed-call.js'
import type { AwsConnection } from '../../lib/aws/connection.js'
import { getWebIdentityToken, readSecret } from '../../lib/aws/identity.js'
import type { Config } from '../../lib/config/config.js'
import type { FunctionLocation } from '../../lib/config/function-compute.js'
import type { Clock } from '../../lib/domain/clock.js'
import { NO_OBSERVER, type Observer } from '../../lib/telemetry/observer.js'
import { buildDirectCalls, directCalls } from './direct-calls.js'

/** Direct calls with the identity of the settings. */
export const buildCalls = (config: Config, awsConnection: AwsConnection, clock: Clock): AlibabaCalls =>
  directCalls(config, buildKeySource(config, awsConnection, clock), clock)

export function buildBasicCalls(
  config: Config,
  awsConnection: AwsConnection,
  clock: Clock,
  observer = NO_OBSERVER,
  source = buildKeySource(config, awsConnection, clock, observer),
): BasicCalls {
  if (config.attacher.kind === 'direct') return buildDirectCalls(config, source, clock, config.caps, observer)
  return buildRemoteCalls(config, config.attacher.location, source, clock, observer)
}

/** The keys of the identity of the settings. */
export function buildKeySource(
  { endpoints, alibabaIdentity }: Config,
  awsConnection: AwsConnection,
  clock: Clock,
  observer = NO_OBSERVER,
): KeySource {
  return createKeySource(alibabaIdentity, {
    stsEndpoint: endpoints.sts,
    clock,
    observer,
    readSecret: (secretArn) => readSecret(secretArn, awsConnection),
    readToken: ({ tokenFile, audience }) =>
      tokenFile === undefined ? getWebIdentityToken(audience, awsConnection) : readFile(tokenFile, 'utf8'),
  })
}

function buildRemoteCalls(
  config: Config,
  location: FunctionLocation,
  source: KeySource,
  clock: Clock,
  observer: Observer,
): BasicCalls {
  const invoke = location.service === undefined ? createFc3Invoke(location, source) : createFc2Invoke(location, source)
  const { cenOwnerId, grantRoleName } = config
  return createRemoteCalls(invoke, createSignedCall(source, clock, observer), clock, {
    grants: grantRoleName !== undefined,
    ...(cenOwnerId !== undefined && { cenOwnerId }),
  })
}
