/** A button that copies text, and reports the result. */
import { useState } from 'preact/hooks'

const FEEDBACK_MS = 2_000

export function CopyButton({
  text,
  label,
  what,
}: {
  readonly text: string
  readonly label: string
  readonly what: string
}) {
  const [feedback, setFeedback] = useState<string>()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setFeedback('Copied')
    } catch {
      setFeedback('Not allowed: select the text and press Ctrl+C')
    }
    setTimeout(() => setFeedback(undefined), FEEDBACK_MS)
  }
  return (
    <>
      <button type="button" aria-label={`${label} ${what}`} onClick={copy}>
        {feedback ?? label}
      </button>
      <span class="unseen" role="status">
        {feedback}
      </span>
    </>
  )
}
