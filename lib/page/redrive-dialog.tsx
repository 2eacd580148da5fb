/** Asks before it sends: how many, to which queue, and what stays. */
import { useState } from 'preact/hooks'
import type { LetterLine, RedriveTold } from '../campaign/console/wire.js'
import { groupBy } from '../campaign/report/groups.js'
import { count, number } from '../campaign/report/words.js'
import { Dialog } from './dialog.js'
import { post } from './session.js'

interface RedriveDialogProps {
  readonly letters: readonly LetterLine[]
  readonly requestQueue: string
  /** Told whether anything may have been sent. */
  readonly close: (moved: boolean) => void
}

export function RedriveDialog({ letters, requestQueue, close }: RedriveDialogProps) {
  const [renew, setRenew] = useState(false)
  const [state, setState] = useState<'asks' | 'sends' | RedriveTold | Error>('asks')
  const can = letters.filter(({ redrive, renewable }) => redrive.possible || (renew && renewable))
  const stale = letters.filter(({ redrive, renewable }) => !redrive.possible && renewable)
  const cannot = letters.filter((letter) => !can.includes(letter))
  const send = async () => {
    setState('sends')
    try {
      const messageIds = can.map(({ messageId }) => messageId)
      setState((await (await post('/api/redrive', { messageIds, renew })).json()) as RedriveTold)
    } catch (error) {
      setState(error as Error)
    }
  }
  const many = count(can.length, 'dead letter')
  if (state !== 'asks' && state !== 'sends')
    return (
      <Dialog
        key="told"
        title={state instanceof Error ? 'Not sent' : `${count(state.sent, 'dead letter')} sent`}
        close={() => close(true)}
      >
        {state instanceof Error ? <p role="alert">{state.message}</p> : <Told told={state} />}
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </Dialog>
    )
  return (
    <Dialog
      key="asks"
      title={can.length > 0 ? `Send ${many} back?` : 'None can be sent as it is'}
      close={() => close(state === 'sends')}
    >
      {can.length > 0 && (
        <p>
          {can.length === 1 ? 'It is' : 'They are'} sent to the queue <b class="id">{requestQueue}</b> as new requests,
          by whoever runs this console, and then removed from the dead-letter queue. The worker decides about each anew.
        </p>
      )}
      <Kinds letters={can} />
      {stale.length > 0 && (
        <label>
          <input type="checkbox" checked={renew} onChange={({ currentTarget }) => setRenew(currentTarget.checked)} />{' '}
          also {count(stale.length, 'that has expired', 'that have expired')}: without the time it was wanted by
        </label>
      )}
      {groupBy(cannot, ({ redrive }) => (redrive.possible ? '' : `${redrive.why}; ${redrive.todo}`)).map(
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
          disabled={can.length === 0}
          aria-disabled={state === 'sends'}
          onClick={() => state === 'asks' && send()}
        >
          {state === 'sends' ? 'Sending …' : `Send ${many}`}
        </button>
      </form>
    </Dialog>
  )
}

const Kinds = ({ letters }: Pick<RedriveDialogProps, 'letters'>) => (
  <ul>
    {groupBy(letters, ({ group }) => group).map(({ name, rows }) => (
      <li key={name}>
        {number(rows.length)} <code>{name}</code>
      </li>
    ))}
  </ul>
)

const Told = ({ told }: { readonly told: RedriveTold }) => (
  <>
    <p role="status">{told.sent > 0 ? 'Their rows show what becomes of them.' : 'Nothing was sent.'}</p>
    {told.sent > 0 && told.senderId !== undefined && (
      <p>
        The policy judges them in the name of <b class="id">{told.senderId}</b>.
      </p>
    )}
    {told.not.map(({ letters, why, todo }) => (
      <p class="advice" key={why}>
        {number(letters)}: {why}; {todo}
      </p>
    ))}
  </>
)
