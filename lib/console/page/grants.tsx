/** Missing grants by the account that must make them. */
import { count, number } from '../../campaigns/facts/format.js'
import { accountName, grantsOf, type OwnerGrants } from '../../campaigns/facts/groups.js'
import type { RecordedRow } from '../../campaigns/record.js'
import { CopyButton } from './copy-button.js'
import { StatusMark } from './status.js'

const MAX_OWNERS = 50
const OPEN_OWNERS = 3

export function Grants({ rows }: { readonly rows: readonly RecordedRow[] }) {
  const owners = grantsOf(rows)
  const parked = owners.reduce((total, owner) => total + owner.rows.length, 0)
  return (
    <section class="card" aria-labelledby="grants-title">
      <h2 id="grants-title">
        Grants missing <small>{number(parked)}</small>
      </h2>
      {parked === 0 && <p class="muted">No network waits for its owner.</p>}
      <div class="parts">
        {owners.slice(0, MAX_OWNERS).map((owner, index) => (
          <Owner key={`${owner.ownerId} ${owner.isWorkerAccount}`} owner={owner} open={index < OPEN_OWNERS} />
        ))}
      </div>
      {owners.length > MAX_OWNERS && <p class="muted">and {count(owners.length - MAX_OWNERS, 'more account')}</p>}
    </section>
  )
}

function Owner({ owner, open }: { readonly owner: OwnerGrants; readonly open: boolean }) {
  const { rows, commands, sentences } = owner
  const name = accountName(owner)
  const text = commands.join('\n')
  return (
    <article class="part">
      <div class="split">
        <h3>{name}</h3>
        <StatusMark status="grant-required" label={count(rows.length, 'network')} />
      </div>
      {commands.length > 0 && (
        <details open={open}>
          <summary>{count(commands.length, 'command')} to run with the credentials of this account</summary>
          <pre class="lines" tabIndex={0}>
            {text}
          </pre>
          <CopyButton text={text} label={`Copy ${count(commands.length, 'command')}`} what={`for ${name}`} />
        </details>
      )}
      {sentences.slice(0, 3).map((sentence) => (
        <p class="advice" key={sentence}>
          {sentence}
        </p>
      ))}
    </article>
  )
}
