/** The files of a stage, deploy/STAGE.yml and deploy/STAGE.policy.json, made from what is known of its accounts. */
import type { PolicyFile, PolicyRule } from '../policy/schema.js'
import { type Producer, producerQueueName } from './producers.js'

export interface StageFacts {
  readonly stage: string
  readonly region: string
  /** The AWS account of the stack. */
  readonly awsAccount: string
  /** `aws`, or that of another partition. */
  readonly partition: string
  /** Who may attach, as SQS reports a sender. */
  readonly senderId: string
  /** The Alibaba account that owns the CENs. */
  readonly alibabaAccount: string
  readonly cenIds: readonly string[]
  /** Accounts that own the networks: ids, `cen-owner`, or a star. */
  readonly ownerIds: readonly string[]
  /** What the sender may ask for. */
  readonly actions: NonNullable<PolicyRule['actions']>
  readonly producers: readonly Producer[]
  readonly grantRoleName?: string | undefined
  readonly alarmTopicArn?: string | undefined
  /** The issuer of the AWS account's tokens, and the SHA-1 of the certificate authority that it is pinned by. */
  readonly issuer: string
  readonly fingerprint: string
}

/** It is part of names. Not every such name is free: see `readDeployment`. */
export const STAGE_NAME = /^[a-z][a-z0-9-]{0,15}$/
/** The OIDC provider of the AWS account at Alibaba; stages of one account share it. */
export const PROVIDER = 'aws'
/** The name of the RAM role of a stage, and of its policy. */
export const ramRoleName = (stage: string): string => `cen-attach-${stage}`
/** The function's role, whose name the template fixes (deploy/role.yml). */
export const functionRoleArn = ({ stage, region, awsAccount, partition }: StageFacts): string =>
  `arn:${partition}:iam::${awsAccount}:role/cen-attach-${stage}-${region}`
export const providerArn = (alibabaAccount: string): string => `acs:ram::${alibabaAccount}:oidc-provider/${PROVIDER}`
export const policyPath = (stage: string): string => `deploy/${stage}.policy.json`
export const parametersPath = (stage: string): string => `deploy/${stage}.yml`

/** The text of deploy/STAGE.yml: every value as JSON, which is YAML, too. */
export function parametersText(facts: StageFacts): string {
  const { stage, region, producers, alarmTopicArn, alibabaAccount, grantRoleName } = facts
  const settings = {
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: providerArn(alibabaAccount),
    ALIBABA_CLOUD_ROLE_ARN: `acs:ram::${alibabaAccount}:role/${ramRoleName(stage)}`,
    CEN_OWNER_ID: alibabaAccount,
    ...(grantRoleName !== undefined && { GRANT_ROLE_NAME: grantRoleName }),
  }
  return [
    `# The stage ${stage}. deploy/example.yml has every parameter; docs/settings.md the settings.`,
    `region: ${JSON.stringify(region)}`,
    `policy: ${JSON.stringify(policyPath(stage))}`,
    ...(producers.length > 0 ? ['producers:', ...producers.map((one) => `  - ${JSON.stringify(one)}`)] : []),
    ...(alarmTopicArn === undefined ? [] : [`alarmTopicArn: ${JSON.stringify(alarmTopicArn)}`]),
    'settings:',
    ...Object.entries(settings).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`),
    '',
  ].join('\n')
}

/** The text of deploy/STAGE.policy.json: the sender and each producer may attach, everybody else may make dry runs. */
export function policyText({ stage, senderId, actions, cenIds, ownerIds, producers }: StageFacts): string {
  const what = { cenIds: [...cenIds], ownerIds: [...ownerIds] }
  const rules: PolicyRule[] = [
    { id: 'operator', description: 'Who wrote this file.', senders: [senderId], actions, ...what },
    ...producers.map(({ name }) => ({ id: `from-${name}`, queues: [producerQueueName(stage, name)], ...what })),
    {
      id: 'everybody-may-look',
      description: 'A dry run changes nothing.',
      senders: ['*'],
      cenIds: [...cenIds],
      ownerIds: ['*'],
      actions,
      dryRunOnly: true,
    },
  ]
  const file: PolicyFile = { $schema: '../events/attachment-policy.schema.json', version: 1, rules }
  return `${JSON.stringify(file, null, 2)}\n`
}
