/** Copies text, and says so. */
import { useState } from 'preact/hooks'

const SAID_MS = 2_000

export function CopyButton({
  text,
  label,
  what,
}: {
  readonly text: string
  readonly label: string
  readonly what: string
}) {
  const [said, say] = useState<string>()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      say('Copied')
    } catch {
      say('Not allowed: select it, Ctrl+C')
    }
    setTimeout(() => say(undefined), SAID_MS)
  }
  return (
    <>
      <button type="button" aria-label={`${label} ${what}`} onClick={copy}>
        {said ?? label}
      </button>
      <span class="unseen" role="status">
        {said}
      </span>
    </>
  )
}
