/** What a batch call of SQS or SNS answers: of each entry by itself, whatever the HTTP status says. */

export interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined
  readonly Failed?: readonly EntryFailure[] | undefined
}

interface EntryFailure {
  readonly Id?: string | undefined
  readonly Code?: string | undefined
  readonly Message?: string | undefined
  /** True where the entry itself is wrong, so that it would be refused again and again. */
  readonly SenderFault?: boolean | undefined
}

export interface Refusal {
  readonly why: string
  readonly forGood: boolean
}

/** Entries are named by their place in the batch. */
export const entryId = (index: number): string => String(index)

/** Why the entry was refused; undefined where the answer says that it took effect. What an answer does not name is refused. */
export function refusalOf({ Successful = [], Failed = [] }: BatchAnswer, index: number): Refusal | undefined {
  const isMine = ({ Id }: { readonly Id?: string | undefined }) => Id === entryId(index)
  const failure = Failed.find(isMine)
  if (!failure && Successful.some(isMine)) return undefined
  const { Code = 'Unanswered', Message = 'the answer does not name it', SenderFault = false } = failure ?? {}
  return { why: `${Code}: ${Message}`, forGood: SenderFault }
}
