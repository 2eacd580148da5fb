/** One row in full: its request, its results over time, and what to do. */
import { duration, instant } from '../../../campaigns/facts/format.js'
import { grantsOf } from '../../../campaigns/facts/groups.js'
import { detailFacts, requestedAction } from '../../../campaigns/facts/row-details.js'
import { STATUS_DISPLAY } from '../../../campaigns/facts/row-status.js'
import type { RecordedRow } from '../../../campaigns/record.js'
import { CopyButton } from '../copy-button.js'
import { RowStatusMark } from '../status.js'
import { Dialog } from './dialog.js'

export function RowDialog({ row, close }: { readonly row: RecordedRow; readonly close: () => void }) {
  const { attachment, error, grant, line, requestId, correlationId, durationMs, receiveCount, preflight, timeline } =
    row
  const facts: [string, string | undefined][] = [
    ['action', requestedAction(row)],
    ['CEN', attachment.cenId],
    ['region', attachment.childInstanceRegionId],
    ['owner', attachment.childInstanceOwnerId],
    ...detailFacts(row.details),
    ['row', line],
    ['request', requestId],
    ['correlation', correlationId],
    ['took', durationMs === undefined ? undefined : duration(durationMs)],
    ['receives', receiveCount === undefined ? undefined : String(receiveCount)],
    ['code', error && `${error.code} (${error.kind})`],
    ['API message', error?.message],
    ['API request', error?.apiRequestId],
    ['dry run', preflight?.reasons.join(' ')],
    ['calls', preflight?.plan?.map(({ operation }) => operation).join(', ')],
  ]
  // A command replaces the advice, which says the same.
  const [command] = grantsOf([row])[0]?.commands ?? []
  const advice = command ? undefined : (grant?.sentence ?? error?.advice)
  return (
    <Dialog title={<span class="id">{attachment.childInstanceId || requestId}</span>} close={close}>
      <p>
        <RowStatusMark row={row} />
      </p>
      {command && (
        <div class="todo">
          <p>{grant?.ownerId ? `Account ${grant.ownerId} must run:` : 'The owner must run:'}</p>
          <pre class="lines wrap">{command}</pre>
          <CopyButton text={command} label="Copy" what="the command" />
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
            {instant(atMs)} {event === 'submitted' ? 'sent' : STATUS_DISPLAY[event].label}
          </li>
        ))}
      </ol>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </Dialog>
  )
}
