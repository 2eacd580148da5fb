/** The types of results, by outcome. */

export const RESULT_TYPES = {
  attached: 'cen.attachment.attached.v1',
  failed: 'cen.attachment.failed.v1',
  'grant-required': 'cen.attachment.grant-required.v1',
  preflight: 'cen.attachment.preflight.v1',
} as const
export type Outcome = keyof typeof RESULT_TYPES
