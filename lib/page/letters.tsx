/** Dead letters by why they are dead, and the way back. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { LetterLine, LettersTold } from '../campaign/console/wire.js'
import { groupBy } from '../campaign/report/groups.js'
import { count, instant, number } from '../campaign/report/words.js'
import { RedriveDialog } from './redrive-dialog.js'
import { ask } from './session.js'

const MOST_NAMED = 50

interface LettersProps {
  readonly requestQueue: string
  /** How many rows have failed: where they are more than before, there is more to see. */
  readonly failed: number
  readonly quiet: boolean
}

export function Letters({ requestQueue, failed, quiet }: LettersProps) {
  const [told, setTold] = useState<LettersTold>()
  const [trouble, setTrouble] = useState<string>()
  const [seen, setSeen] = useState(0)
  const [busy, setBusy] = useState(false)
  const [wish, setWish] = useState<readonly LetterLine[]>()
  const again = useRef<HTMLButtonElement>(null)
  const look = async () => {
    setBusy(true)
    setSeen(failed)
    try {
      setTold((await (await ask('/api/letters')).json()) as LettersTold)
      setTrouble(undefined)
    } catch (error) {
      setTrouble((error as Error).message)
    }
    setBusy(false)
  }
  // Looking takes the letters in hand for a moment, so it is done when asked for, and once the campaign has come to rest.
  useEffect(() => void look(), [quiet])
  const letters = told?.letters ?? []
  return (
    <section class="card" aria-labelledby="letters-title" aria-busy={busy}>
      <div class="split">
        <h2 id="letters-title">
          Dead letters <small>{told && number(letters.length)}</small>
        </h2>
        <button type="button" ref={again} aria-disabled={busy} onClick={() => !busy && look()}>
          {busy ? 'Looking …' : 'Look again'}
        </button>
      </div>
      <p class="muted" role="status">
        {trouble ?? newsOf(told, failed - seen)}
      </p>
      {groupBy(letters, ({ group }) => group).map(({ name, rows }) => (
        <LetterGroup key={name} name={name} letters={rows} redrive={setWish} />
      ))}
      {wish && (
        <RedriveDialog
          letters={wish}
          requestQueue={requestQueue}
          close={(moved) => {
            setWish(undefined)
            if (!moved) return
            // The button that had the focus may go with its letters.
            again.current?.focus()
            void look()
          }}
        />
      )}
    </section>
  )
}

function newsOf(told: LettersTold | undefined, more: number): string {
  if (!told) return 'Not looked at yet.'
  const parts = [
    told.letters.length === 0 ? 'None on the queue' : `As of ${instant(told.readAtMs)}`,
    ...(told.elsewhere > 0 ? [`about ${number(told.elsewhere)} more in other hands`] : []),
    ...(more > 0 ? [`${count(more, 'row')} failed since: look again`] : []),
  ]
  return `${parts.join('; ')}.`
}

interface LetterGroupProps {
  readonly name: string
  readonly letters: readonly LetterLine[]
  readonly redrive: (letters: readonly LetterLine[]) => void
}

function LetterGroup({ name, letters, redrive }: LetterGroupProps) {
  const [first] = letters
  return (
    <article class="part">
      <div class="split">
        <h3>
          <code>{name}</code> <span class="badge">{first?.kind ?? first?.origin}</span>
        </h3>
        <button
          type="button"
          aria-label={`Redrive ${count(letters.length, 'letter')} of ${name} …`}
          onClick={() => redrive(letters)}
        >
          Redrive {number(letters.length)} …
        </button>
      </div>
      <p class="advice">{first?.advice}</p>
      <details>
        <summary>Which</summary>
        <ul class="letters">
          {letters.slice(0, MOST_NAMED).map((letter) => (
            <li key={letter.messageId}>
              <span class="id">{letter.attachment.childInstanceId ?? letter.requestId ?? letter.messageId}</span>
              <span class="muted">
                {letter.redrive.possible ? letter.deadLetteredAt.slice(11, 19) : letter.redrive.why}
              </span>
              <button
                type="button"
                aria-label={`Redrive ${letter.attachment.childInstanceId ?? letter.messageId} …`}
                onClick={() => redrive([letter])}
              >
                Redrive …
              </button>
            </li>
          ))}
        </ul>
        {letters.length > MOST_NAMED && (
          <p class="muted">
            and {number(letters.length - MOST_NAMED)} more; <code>cen-attach dlq list --each</code> names them all
          </p>
        )}
      </details>
    </article>
  )
}
