/** Builds the driver's calls: its Alibaba identity, and calls that are direct or through the function. */
import { readFile } from 'node:fs/promises'
import type { AlibabaCalls } from '../../lib/alibaba/basic/direct-calls.js'
import { createBasicDriver } from '../../lib/alibaba/basic/driver.js'
import { createKeySource } from '../../lib/alibaba/credentials/identity.js'
import type { KeySource } from '../../lib/alibaba/credentials/key-source.js'
import { createDrivers } from '../../lib/alibaba/drivers.js'
import { createEnterpriseDriver } from '../../lib/alibaba/enterprise/driver.js'
import { createEnterprise } from '../../lib/alibaba/enterprise/enterprise.js'
import type { AttacherCalls } from '../../lib/alibaba/function/handler.js'
import { createFc2Invoke } from '../../lib/alibaba/function/invoke-fc2.js'
import { createFc3Invoke } from '../../lib/alibaba/function/invoke-fc3.js'
import { createRemoteApis, createRemoteCalls } from '../../lib/alibaba/function/remote-calls.js'
import { createSignedCall } from '../../lib/alibaba/sdk/signed-call.js'
import type { AwsConnection } from '../../lib/aws/connection.js'
import { getWebIdentityToken, readSecret } from '../../lib/aws/identity.js'
import type { Config } from '../../lib/config/config.js'
import type { FunctionLocation } from '../../lib/config/function-compute.js'
import type { Clock } from '../../lib/domain/clock.js'
import type { Drivers } from '../../lib/reconcile/driver.js'
import type { Log } from '../../lib/telemetry/log.js'
import { NO_OBSERVER, type Observer } from '../../lib/telemetry/observer.js'
import { buildDirectApis, buildDirectCalls, directCalls } from './direct-calls.js'

/** Direct calls with the identity of the settings. */
export const buildCalls = (config: Config, awsConnection: AwsConnection, clock: Clock): AlibabaCalls =>
  directCalls(config, buildKeySource(config, awsConnection, clock), clock)

/** The calls of both editions: direct, or through the function. */
export function buildAttacher(
  config: Config,
  awsConnection: AwsConnection,
  clock: Clock,
  observer = NO_OBSERVER,
  source = buildKeySource(config, awsConnection, clock, observer),
): AttacherCalls {
  const { attacher, caps } = config
  if (attacher.kind === 'fc') return buildRemoteAttacher(config, attacher.location, source, clock, observer)
  return {
    basic: buildDirectCalls(config, source, clock, caps, observer),
    apis: buildDirectApis(config, source, clock, observer),
  }
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

function buildRemoteAttacher(
  config: Config,
  location: FunctionLocation,
  source: KeySource,
  clock: Clock,
  observer: Observer,
): AttacherCalls {
  const invoke = location.service === undefined ? createFc3Invoke(location, source) : createFc2Invoke(location, source)
  const { cenOwnerId, grantRoleName } = config
  const signed = createSignedCall(source, clock, observer)
  const grants = grantRoleName !== undefined
  return {
    basic: createRemoteCalls(invoke, signed, clock, { grants, ...(cenOwnerId !== undefined && { cenOwnerId }) }),
    apis: createRemoteApis(invoke, signed, clock, { grants }),
  }
}

/** Finds the drivers of both editions. */
export function buildDrivers({ basic, apis }: AttacherCalls, config: Config, clock: Clock, log: Log): Drivers {
  const { routing, grantOrderType: orderType, caps, transitRouter } = config
  const enterprise = createEnterprise(apis, basic, clock, { routing, orderType, caps, log })
  return createDrivers({
    basic: createBasicDriver(basic),
    enterprise: (type, router) => createEnterpriseDriver(type, router, enterprise),
    routers: enterprise.routers,
    transitRouter,
  })
}
