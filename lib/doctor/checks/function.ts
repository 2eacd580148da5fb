/** The function in Function Compute that makes the calls (ATTACHER=fc). */
import { PROTOCOL_VERSION } from '../../alibaba/function/protocol.js'
import type { Check } from '../check.js'
import { error, ok, unread, whyUnread } from '../finding.js'

/** What mends a function, by the code of its failure. */
const FIXES: Readonly<Record<string, string>> = {
  FunctionMismatch: 'npm run build && s deploy -t docs/deploy/s.yaml',
  FunctionUncallable:
    'check ATTACHER_FC_ACCOUNT_ID, ATTACHER_FC_REGION, ATTACHER_FC_FUNCTION (docs/function-compute.md)',
  FunctionMisconfigured: 'give the function the role of docs/function-compute.md',
}

export const FUNCTION_CHECKS: readonly Check[] = [
  {
    id: 'function',
    topic: 'Function',
    looksAt: 'the function behind ATTACHER=fc: whether it answers, in this version of the protocol',
    async run({ config, stage }, { alibaba }) {
      if (config.attacher.kind !== 'fc') return []
      const { functionName, region, accountId } = config.attacher.location
      const subject = `function ${functionName} in ${region} of ${accountId}`
      const answer = await alibaba.callFunction()
      if (answer.ok) return [ok(subject, `answers, with version ${PROTOCOL_VERSION} of the protocol`)]
      const { code, message } = answer.failure
      const why = whyUnread(answer.failure)
      if (why === 'unreachable' || (why === 'credentials' && stage !== undefined))
        return [unread(subject, answer.failure)]
      return [error(subject, `${code}: ${message}`, FIXES[code] ?? `npx cen-attach codes ${code}`)]
    },
  },
]
