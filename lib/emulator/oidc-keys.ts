/** The keys of an OIDC provider that has them behind a URL: read each time a token is shown, so that they may rotate. */
import * as v from 'valibot'
import type { ApiCall } from './action.js'
import { Jwks } from './trust-file.js'
import type { World } from './world.js'

const TIMEOUT_MS = 2_000

/** Keys that cannot be read are forgotten: the call that needs them says so. Never rejects. */
export async function readOidcKeys({ action, parameters }: ApiCall, world: World): Promise<void> {
  const provider = world.oidcProviders.find(({ arn }) => arn === parameters.OIDCProviderArn)
  if (action !== 'AssumeRoleWithOIDC' || provider?.jwksUrl === undefined) return
  try {
    const answer = await fetch(provider.jwksUrl, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    world.oidcKeys.set(provider.arn, v.parse(Jwks, await answer.json()))
  } catch {
    world.oidcKeys.delete(provider.arn)
  }
}
