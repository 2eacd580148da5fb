/** A batch call whose first entry is refused while the others take effect, in the forms of SQS (JSON) and SNS (query protocol). */

interface RefusedEntry {
  /** The call without its first entry; undefined if no entry is left. */
  readonly remainingInput: string | undefined
  /** The answer to the caller, from the answer of the server. */
  readonly withRefusal: (answer: string) => string
}

const REFUSAL = { Code: 'InternalError', Message: 'refused by the plan', SenderFault: false }

/** Undefined for a call that has no entries. */
export function refuseFirstEntry(call: string): RefusedEntry | undefined {
  return call.startsWith('{') ? ofJson(call) : ofForm(call)
}

function ofJson(call: string): RefusedEntry | undefined {
  const { Entries, ...rest } = JSON.parse(call) as { Entries?: { Id: string }[] }
  const [first, ...others] = Entries ?? []
  if (!first) return undefined
  return {
    remainingInput: others.length > 0 ? JSON.stringify({ ...rest, Entries: others }) : undefined,
    withRefusal(answer) {
      const { Successful = [], Failed = [] } = JSON.parse(answer || '{}')
      return JSON.stringify({ Successful, Failed: [...Failed, { Id: first.Id, ...REFUSAL }] })
    },
  }
}

const ENTRY = /^PublishBatchRequestEntries\.member\.(\d+)\./

function ofForm(call: string): RefusedEntry | undefined {
  const form = [...new URLSearchParams(call)]
  const first = form.map(([name]) => ENTRY.exec(name)?.[1]).find((index) => index !== undefined)
  if (first === undefined) return undefined
  const isFirst = (name: string) => ENTRY.exec(name)?.[1] === first
  const id = form.find(([name]) => isFirst(name) && name.endsWith('.Id'))?.[1]
  const others = form.filter(([name]) => !isFirst(name))
  const fields = Object.entries({ Id: id, ...REFUSAL }).map(([name, value]) => `<${name}>${value}</${name}>`)
  const member = `<member>${fields.join('')}</member>`
  return {
    remainingInput: others.some(([name]) => ENTRY.test(name)) ? new URLSearchParams(others).toString() : undefined,
    withRefusal: (answer) =>
      answer === ''
        ? `<PublishBatchResponse><PublishBatchResult><Successful/><Failed>${member}</Failed></PublishBatchResult></PublishBatchResponse>`
        : answer.replace('<Failed>', `<Failed>${member}`),
  }
}
