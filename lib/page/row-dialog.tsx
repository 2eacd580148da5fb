/** One row in full: what it is, what was told of it and when, and what to do. */
import type { RecordedRow } from '../campaign/campaign-record.js'
import { grantsOf } from '../campaign/report/groups.js'
import { STANDINGS } from '../campaign/report/standing.js'
import { duration, instant } from '../campaign/report/words.js'
import { CopyButton } from './copy-button.js'
import { Dialog } from './dialog.js'
import { RowMark } from './mark.js'

export function RowDialog({ row, close }: { readonly row: RecordedRow; readonly close: () => void }) {
  const { attachment, error, grant, line, requestId, correlationId, durationMs, receiveCount, preflight, timeline } =
    row
  const facts: [string, string | undefined][] = [
    ['CEN', attachment.cenId],
    ['region', attachment.childInstanceRegionId],
    ['owner', attachment.childInstanceOwnerId],
    ['row', line],
    ['request', requestId],
    ['correlation', correlationId],
    ['took', durationMs === undefined ? undefined : duration(durationMs)],
    ['receives', receiveCount === undefined ? undefined : String(receiveCount)],
    ['code', error && `${error.code} (${error.kind})`],
    ['the API said', error?.message],
    ['API request', error?.apiRequestId],
    ['dry run', preflight?.reasons.join(' ')],
  ]
  // Where there is a line to be run, it says all that the advice says.
  const [command] = grantsOf([row])[0]?.commands ?? []
  const advice = command ? undefined : (grant?.sentence ?? error?.advice)
  return (
    <Dialog title={<span class="id">{attachment.childInstanceId || requestId}</span>} close={close}>
      <p>
        <RowMark row={row} />
      </p>
      {command && (
        <div class="todo">
          <p>{grant?.ownerId ? `Account ${grant.ownerId} must run:` : 'The owner must run:'}</p>
          <pre class="lines wrap">{command}</pre>
          <CopyButton text={command} label="Copy" what="the call" />
        </div>
      )}
      {advice && <p class="advice">{advice}</p>}
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== undefined && value !== '' && [<dt key={name}>{name}</dt>, <dd key={`${name} is`}>{value}</dd>],
        )}
      </dl>
      <ol class="events">
        {timeline.map(({ atMs, event }) => (
          <li key={`${atMs} ${event}`}>
            {instant(atMs)} {event === 'submitted' ? 'sent' : STANDINGS[event].label}
          </li>
        ))}
      </ol>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </Dialog>
  )
}
