/** The grant role in each owner account that the policy or the request names. */
import { shellWord } from '../../domain/shell.js'
import type { Check } from '../check.js'
import { targetOwners } from '../examined.js'
import { ok, unread, warning, whyUnread } from '../finding.js'
import { hasIdentity } from './alibaba.js'

export const GRANT_CHECKS: readonly Check[] = [
  {
    id: 'grant-role',
    topic: 'Grants',
    looksAt: 'whether the grant role can be assumed in each owner account',
    async run(examined, probes) {
      const { grantRoleName, attacher } = examined.config
      const subject = 'grant role'
      if (grantRoleName === undefined)
        return [ok(subject, 'GRANT_ROLE_NAME is not set: owners grant themselves, by grant-required results')]
      if (attacher.kind === 'fc' || !(await hasIdentity(probes))) return []
      const owners = targetOwners(examined)
      if (owners.length === 0) return [ok(subject, `${grantRoleName}; no owner account is named`)]
      return Promise.all(
        owners.map(async (ownerId) => {
          const place = `grant role in ${ownerId}`
          const answer = await probes.alibaba.grantRole(ownerId)
          const arn = `acs:ram::${ownerId}:role/${grantRoleName}`
          if (answer.ok) return ok(place, `${arn} can be assumed`)
          const { code } = answer.failure
          const why = whyUnread(answer.failure)
          if (why !== 'denied' && why !== 'missing') return unread(place, answer.failure)
          const found =
            why === 'missing' || code === 'EntityNotExist.Role'
              ? 'does not exist'
              : 'does not trust this identity, or sts:AssumeRole is denied to it'
          const caller = await probes.alibaba.caller()
          const worker = caller.ok ? workerArn(caller.value.arn) : 'WORKER_ROLE_ARN'
          const fix = `aliyun ros CreateStack --RegionId cn-hangzhou --region cn-hangzhou --StackName ${shellWord(grantRoleName)} --TemplateBody "$(cat docs/ram/grant-role.ros.json)" --Parameters.1.ParameterKey WorkerRoleArn --Parameters.1.ParameterValue ${shellWord(worker)} --Parameters.2.ParameterKey RoleName --Parameters.2.ParameterValue ${shellWord(grantRoleName)} --profile ${ownerId}`
          return warning(place, `${arn} ${found} (${code}): this owner must grant by hand`, fix)
        }),
      )
    },
  },
]

/** The role behind a session, as a trust names it. */
function workerArn(arn: string): string {
  const [, account, role] = /^acs:ram::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? []
  return role === undefined ? arn : `acs:ram::${account}:role/${role}`
}
