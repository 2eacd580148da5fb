import type { Action } from '../action.js'

/** Sts GetCallerIdentity: the account of the keys that signed the call. */
export const getCallerIdentity: Action = ({ caller }) => ({
  AccountId: caller.accountId,
  Arn: `acs:ram::${caller.accountId}:root`,
  IdentityType: 'Account',
  PrincipalId: caller.accountId,
  UserId: caller.accountId,
})
