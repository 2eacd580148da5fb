/** Confirms a redrive before it is sent: how many, to which queue, and which cannot be sent. */
import { useState } from 'preact/hooks'
import { count, number } from '../../../campaigns/facts/format.js'
import { groupBy } from '../../../campaigns/facts/groups.js'
import type { ConsoleDeadLetter, RedriveSummary } from '../../protocol.js'
import { postApi } from '../api.js'
import { Dialog } from './dialog.js'

interface RedriveDialogProps {
  readonly letters: readonly ConsoleDeadLetter[]
  readonly requestQueue: string
  /** `moved`: whether anything may have been sent. */
  readonly close: (moved: boolean) => void
}

export function RedriveDialog({ letters, requestQueue, close }: RedriveDialogProps) {
  const [renew, setRenew] = useState(false)
  const [state, setState] = useState<'confirm' | 'sending' | RedriveSummary | Error>('confirm')
  const sendable = letters.filter(({ redrive, renewable }) => redrive.possible || (renew && renewable))
  const expired = letters.filter(({ redrive, renewable }) => !redrive.possible && renewable)
  const unsendable = letters.filter((deadLetter) => !sendable.includes(deadLetter))
  const send = async () => {
    setState('sending')
    try {
      const messageIds = sendable.map(({ messageId }) => messageId)
      setState((await (await postApi('/api/redrive', { messageIds, renew })).json()) as RedriveSummary)
    } catch (error) {
      setState(error as Error)
    }
  }
  const many = count(sendable.length, 'dead letter')
  if (state !== 'confirm' && state !== 'sending')
    return (
      <Dialog
        key="result"
        title={state instanceof Error ? 'Not sent' : `${count(state.sent, 'dead letter')} sent`}
        close={() => close(true)}
      >
        {state instanceof Error ? <p role="alert">{state.message}</p> : <RedriveResult summary={state} />}
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </Dialog>
    )
  return (
    <Dialog
      key="confirm"
      title={sendable.length > 0 ? `Redrive ${many}?` : 'None can be sent unchanged'}
      close={() => close(state === 'sending')}
    >
      {sendable.length > 0 && (
        <p>
          {sendable.length === 1 ? 'It is' : 'They are'} sent to the queue <b class="id">{requestQueue}</b> as new
          requests with the credentials of this console, and then removed from the dead-letter queue. The worker decides
          about each again.
        </p>
      )}
      <CodeCounts letters={sendable} />
      {expired.length > 0 && (
        <label>
          <input type="checkbox" checked={renew} onChange={({ currentTarget }) => setRenew(currentTarget.checked)} />{' '}
          also {count(expired.length, 'that has expired', 'that have expired')}: without its notAfter
        </label>
      )}
      {groupBy(unsendable, ({ redrive }) => (redrive.possible ? '' : `${redrive.why}; ${redrive.todo}`)).map(
        ({ name, rows }) => (
          <p class="advice" key={name}>
            {number(rows.length)} cannot be sent: {name}
          </p>
        ),
      )}
      <form method="dialog" class="choices">
        <button type="submit">Cancel</button>
        <button
          type="button"
          class="go"
          disabled={sendable.length === 0}
          aria-disabled={state === 'sending'}
          onClick={() => state === 'confirm' && send()}
        >
          {state === 'sending' ? 'Sending …' : `Send ${many}`}
        </button>
      </form>
    </Dialog>
  )
}

const CodeCounts = ({ letters }: Pick<RedriveDialogProps, 'letters'>) => (
  <ul>
    {groupBy(letters, ({ group }) => group).map(({ name, rows }) => (
      <li key={name}>
        {number(rows.length)} <code>{name}</code>
      </li>
    ))}
  </ul>
)

const RedriveResult = ({ summary }: { readonly summary: RedriveSummary }) => (
  <>
    <p role="status">{summary.sent > 0 ? 'Their rows show the outcome.' : 'Nothing was sent.'}</p>
    {summary.sent > 0 && summary.senderId !== undefined && (
      <p>
        The policy evaluates them for the sender <b class="id">{summary.senderId}</b>.
      </p>
    )}
    {summary.not.map(({ letters, why, todo }) => (
      <p class="advice" key={why}>
        {number(letters)}: {why}; {todo}
      </p>
    ))}
  </>
)
