/** What a refused detach reports: the commands that remove what is in the way, with the ids that are known. */
import type { Attachment } from '../../domain/attachment.js'
import { type Failure, failureOf } from '../../domain/failure.js'

/** Something that uses an attachment and that a detach never removes. */
export interface DetachBlocker {
  /** With its ids, such as `flow log fl-1`. */
  readonly what: string
  /** The command that removes it. */
  readonly command: string
}

/** A command of the table of error codes, with the ids of the attachment in place of its placeholders. */
export function withKnownIds(advice: string, attachment: Attachment): string {
  const { cenId, childInstanceId, childInstanceType: type, childInstanceRegionId: region } = attachment
  const known: readonly (readonly [flag: string, placeholder: string, value: string])[] = [
    ['CenId', 'ID', cenId],
    ['ChildInstanceId', 'ID', childInstanceId],
    ['ChildInstanceType', 'TYPE', type],
    ['ChildInstanceRegionId', 'REGION', region],
    ['AccessRegionId', 'REGION', region],
    ['RegionId', 'REGION', region],
    ['region', 'REGION', region],
    ...(type === 'VBR' ? ([['VbrId', 'ID', childInstanceId]] as const) : []),
  ]
  return known.reduce(
    (text, [flag, placeholder, value]) => text.replaceAll(`--${flag} ${placeholder}`, `--${flag} ${value}`),
    advice,
  )
}

export const describeBlocker = ({ what, command }: DetachBlocker): string => `${what}: ${command}`

/** One failure that names every blocker. */
export const detachBlocked = (blockers: readonly DetachBlocker[]): Failure =>
  failureOf({
    code: 'DetachBlocked',
    message: `${blockers.length} ${blockers.length === 1 ? 'thing uses' : 'things use'} the attachment. ${blockers.map(describeBlocker).join('; ')}`,
  })

/** `action`: the one that would be refused. */
export const managedBy = (service: string, action: string): Failure =>
  failureOf({
    code: 'OperationNotPermitted.AttachmentManagedByCloudService',
    message: `the cloud service ${service} manages the attachment`,
    action,
  })
