import { changeGrantToCen } from './grant-instance-to-cen.js'

/** RevokeInstanceFromCen: takes a grant back; what is attached stays attached. */
export const answerRevokeInstanceFromCen = changeGrantToCen('revoked')
