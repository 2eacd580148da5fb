/** The commands that make and remove the RAM role of a stage, complete, for a shell. */
import { policyFor } from '../alibaba/permissions.js'
import { keylessTrust } from '../alibaba/trust.js'
import { OIDC_AUDIENCE } from '../config/alibaba.js'
import { singleQuoted } from '../domain/shell.js'
import { functionRoleArn, PROVIDER, providerArn, ramRoleName, type StageFacts } from './stage-files.js'

const json = (value: unknown): string => singleQuoted(JSON.stringify(value))

/** The worker's policy for these accounts; it may assume the owners' role only if there is one. */
export function workerPolicy({ alibabaAccount, grantRoleName }: Pick<StageFacts, 'alibabaAccount' | 'grantRoleName'>) {
  const { Version, Statement } = policyFor('the CENs')
  const needed = Statement.filter(({ Action }) => grantRoleName !== undefined || Action !== 'sts:AssumeRole')
  const fill = (resource: string) =>
    resource.replace(':ACCOUNT:', `:${alibabaAccount}:`).replace(/role\/ROLE$/, `role/${grantRoleName}`)
  return { Version, Statement: needed.map((one) => ({ ...one, Resource: one.Resource.map(fill) })) }
}

/** In the account of the CENs, in this order. */
export function setupCommands(facts: StageFacts): readonly string[] {
  const { stage, alibabaAccount, issuer, fingerprint } = facts
  const name = ramRoleName(stage)
  const trust = keylessTrust(providerArn(alibabaAccount), issuer, functionRoleArn(facts))
  return [
    `aliyun ims CreateOIDCProvider --OIDCProviderName ${PROVIDER} --IssuerUrl ${issuer} --ClientIds ${OIDC_AUDIENCE} --Fingerprints ${fingerprint}`,
    `aliyun ram CreateRole --RoleName ${name} --AssumeRolePolicyDocument ${json(trust)}`,
    `aliyun ram CreatePolicy --PolicyName ${name} --PolicyDocument ${json(workerPolicy(facts))}`,
    `aliyun ram AttachPolicyToRole --PolicyType Custom --PolicyName ${name} --RoleName ${name}`,
  ]
}

/** In each account that owns networks: the role by which cen-attach grants for it. None without such a role. */
export function grantRoleCommands({ alibabaAccount, grantRoleName, stage }: StageFacts): readonly string[] {
  if (grantRoleName === undefined) return []
  const worker = `acs:ram::${alibabaAccount}:role/${ramRoleName(stage)}`
  const parameters = { RoleName: grantRoleName, WorkerRoleArn: worker }
  const flags = Object.entries(parameters).map(
    ([key, value], index) =>
      `--Parameters.${index + 1}.ParameterKey ${key} --Parameters.${index + 1}.ParameterValue ${value}`,
  )
  return [
    `aliyun ros CreateStack --RegionId cn-hangzhou --region cn-hangzhou --StackName ${grantRoleName} --TemplateBody "$(cat docs/ram/grant-role.ros.json)" ${flags.join(' ')}`,
  ]
}

/** What takes the role and its policy away again, in this order. */
export const teardownCommands = (roleName: string): readonly string[] => [
  `aliyun ram DetachPolicyFromRole --PolicyType Custom --PolicyName ${roleName} --RoleName ${roleName}`,
  `aliyun ram DeletePolicy --PolicyName ${roleName}`,
  `aliyun ram DeleteRole --RoleName ${roleName}`,
]

/** The provider of the AWS account, which other stages may use, too. */
export const providerCommand = `aliyun ims DeleteOIDCProvider --OIDCProviderName ${PROVIDER}`
