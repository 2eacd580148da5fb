/** A batch call whose first entry is refused while the others take effect, as SQS (JSON) and SNS (query protocol) tell of it. */

interface RefusedEntry {
  /** The call without its first entry; undefined where nothing is left of it. */
  readonly asked: string | undefined
  /** What the caller is told, from what the server said. */
  readonly told: (said: string) => string
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
    asked: others.length > 0 ? JSON.stringify({ ...rest, Entries: others }) : undefined,
    told(said) {
      const { Successful = [], Failed = [] } = JSON.parse(said || '{}')
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
    asked: others.some(([name]) => ENTRY.test(name)) ? new URLSearchParams(others).toString() : undefined,
    told: (said) =>
      said === ''
        ? `<PublishBatchResponse><PublishBatchResult><Successful/><Failed>${member}</Failed></PublishBatchResult></PublishBatchResponse>`
        : said.replace('<Failed>', `<Failed>${member}`),
  }
}
