import type { Action } from '../action.js'

/** GetCallerIdentity: the holder of the signing keys. An account's own keys count as those of a RAM user: root may not assume roles. */
export const answerGetCallerIdentity: Action = ({ caller }) => {
  const { accountId, session } = caller
  if (!session)
    return {
      AccountId: accountId,
      Arn: `acs:ram::${accountId}:user/emulator`,
      IdentityType: 'RAMUser',
      PrincipalId: `2${accountId}`,
      UserId: `2${accountId}`,
    }
  const { roleName, roleId, sessionName } = session
  return {
    AccountId: accountId,
    Arn: `acs:ram::${accountId}:assumed-role/${roleName.toLowerCase()}/${sessionName}`,
    IdentityType: 'AssumedRoleUser',
    PrincipalId: `${roleId}:${sessionName}`,
    RoleId: roleId,
  }
}
