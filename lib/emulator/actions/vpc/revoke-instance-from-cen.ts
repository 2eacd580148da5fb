import { changeGrantToCen } from './grant-instance-to-cen.js'

/** RevokeInstanceFromCen: revokes a grant; an existing attachment is unaffected. */
export const answerRevokeInstanceFromCen = changeGrantToCen('revoked')
