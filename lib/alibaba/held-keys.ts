/** Keys that a host hands over anew with every invocation: the latest serve, for calls that are under way too. */
import type { AlibabaKeys } from '../alibaba-identity.js'
import { failureOf } from '../failure.js'
import type { KeySource } from './credential.js'

export interface HeldKeys extends KeySource {
  hold(keys: AlibabaKeys | undefined): void
}

export function createHeldKeys(): HeldKeys {
  let held: AlibabaKeys | undefined
  return {
    hold(keys) {
      held = keys
    },
    async keys() {
      if (held === undefined) throw failureOf({ code: 'FunctionMisconfigured', advice: NO_ROLE })
      return held
    },
    renew: () => false,
  }
}

const NO_ROLE = 'The function has no RAM role; give it the one of docs/function-compute.md.'
