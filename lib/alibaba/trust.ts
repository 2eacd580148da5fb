/** Trust policies of RAM roles. */
import { OIDC_AUDIENCE } from '../config/alibaba.js'

export const trust = (statement: object) => ({ Version: '1', Statement: [{ Effect: 'Allow', ...statement }] })

/** Trusts tokens of one AWS role, by issuer, audience and subject: without the subject every role of the AWS account could assume it. */
export const keylessTrust = (providerArn: string, issuer: string, awsRoleArn: string) =>
  trust({
    Action: 'sts:AssumeRole',
    Principal: { Federated: [providerArn] },
    Condition: {
      StringEquals: { 'oidc:iss': [issuer], 'oidc:aud': [OIDC_AUDIENCE], 'oidc:sub': [awsRoleArn] },
    },
  })
