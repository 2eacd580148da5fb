/** Dead letters by error code, each with a redrive. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { count, instant, number } from '../../campaigns/facts/format.js'
import { groupBy } from '../../campaigns/facts/groups.js'
import type { ConsoleDeadLetter, ConsoleDeadLetters } from '../protocol.js'
import { callApi } from './api.js'
import { RedriveDialog } from './dialogs/redrive-dialog.js'

const MAX_NAMED = 50

interface DeadLettersProps {
  readonly requestQueue: string
  /** The count of failed rows: if it grew since the last reading, there are more dead letters. */
  readonly failed: number
  readonly quiet: boolean
}

export function DeadLetters({ requestQueue, failed, quiet }: DeadLettersProps) {
  const [listing, setListing] = useState<ConsoleDeadLetters>()
  const [errorText, setErrorText] = useState<string>()
  const [failedAtRead, setFailedAtRead] = useState(0)
  const [busy, setBusy] = useState(false)
  const [selected, setSelected] = useState<readonly ConsoleDeadLetter[]>()
  const refreshButton = useRef<HTMLButtonElement>(null)
  const refresh = async () => {
    setBusy(true)
    setFailedAtRead(failed)
    try {
      setListing((await (await callApi('/api/letters')).json()) as ConsoleDeadLetters)
      setErrorText(undefined)
    } catch (error) {
      setErrorText((error as Error).message)
    }
    setBusy(false)
  }
  // Reading hides the messages from other readers for a moment, so it happens on request, and once no row is pending.
  useEffect(() => void refresh(), [quiet])
  const letters = listing?.letters ?? []
  return (
    <section class="card" aria-labelledby="letters-title" aria-busy={busy}>
      <div class="split">
        <h2 id="letters-title">
          Dead letters <small>{listing && number(letters.length)}</small>
        </h2>
        <button type="button" ref={refreshButton} aria-disabled={busy} onClick={() => !busy && refresh()}>
          {busy ? 'Reading …' : 'Read again'}
        </button>
      </div>
      <p class="muted" role="status">
        {errorText ?? listingText(listing, failed - failedAtRead)}
      </p>
      {groupBy(letters, ({ group }) => group).map(({ name, rows }) => (
        <DeadLetterGroup key={name} name={name} letters={rows} redrive={setSelected} />
      ))}
      {selected && (
        <RedriveDialog
          letters={selected}
          requestQueue={requestQueue}
          close={(moved) => {
            setSelected(undefined)
            if (!moved) return
            // The button that had the focus may disappear with its dead letters.
            refreshButton.current?.focus()
            void refresh()
          }}
        />
      )}
    </section>
  )
}

function listingText(listing: ConsoleDeadLetters | undefined, more: number): string {
  if (!listing) return 'Not read yet.'
  const parts = [
    listing.letters.length === 0 ? 'None on the queue' : `As of ${instant(listing.readAtMs)}`,
    ...(listing.elsewhere > 0 ? [`about ${number(listing.elsewhere)} more are held by another reader`] : []),
    ...(more > 0 ? [`${count(more, 'row')} failed since: read again`] : []),
  ]
  return `${parts.join('; ')}.`
}

interface DeadLetterGroupProps {
  readonly name: string
  readonly letters: readonly ConsoleDeadLetter[]
  readonly redrive: (letters: readonly ConsoleDeadLetter[]) => void
}

function DeadLetterGroup({ name, letters, redrive }: DeadLetterGroupProps) {
  const [first] = letters
  return (
    <article class="part">
      <div class="split">
        <h3>
          <code>{name}</code> <span class="badge">{first?.kind ?? first?.origin}</span>
        </h3>
        <button
          type="button"
          aria-label={`Redrive ${count(letters.length, 'dead letter')} of ${name} …`}
          onClick={() => redrive(letters)}
        >
          Redrive {number(letters.length)} …
        </button>
      </div>
      <p class="advice">{first?.advice}</p>
      <details>
        <summary>Which</summary>
        <ul class="letters">
          {letters.slice(0, MAX_NAMED).map((deadLetter) => (
            <li key={deadLetter.messageId}>
              <span class="id">
                {deadLetter.attachment.childInstanceId ?? deadLetter.requestId ?? deadLetter.messageId}
              </span>
              <span class="muted">
                {deadLetter.redrive.possible ? deadLetter.deadLetteredAt.slice(11, 19) : deadLetter.redrive.why}
              </span>
              <button
                type="button"
                aria-label={`Redrive ${deadLetter.attachment.childInstanceId ?? deadLetter.messageId} …`}
                onClick={() => redrive([deadLetter])}
              >
                Redrive …
              </button>
            </li>
          ))}
        </ul>
        {letters.length > MAX_NAMED && (
          <p class="muted">
            and {number(letters.length - MAX_NAMED)} more; <code>cen-attach dlq list --each</code> prints them all
          </p>
        )}
      </details>
    </article>
  )
}
