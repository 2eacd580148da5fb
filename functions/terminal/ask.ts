/** Questions to the person at the terminal, on standard error: standard output is for results. */
import { printable, warn } from './print.js'

export interface Terminal {
  /** Whether a person can answer. */
  readonly isInteractive: boolean
  show(text: string): void
  /** The line that was typed; undefined if the input ended, or on Ctrl-C. */
  ask(question: string): Promise<string | undefined>
}

export const userTerminal: Terminal = {
  get isInteractive() {
    return process.stdin.isTTY === true && process.stderr.isTTY === true
  },
  show: warn,
  async ask(question) {
    const { createInterface } = await import('node:readline')
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      const typed = await new Promise<string | undefined>((resolve) => {
        lines.once('SIGINT', () => resolve(undefined))
        lines.once('close', () => resolve(undefined))
        lines.question(printable(question), resolve)
      })
      // The cursor is still behind the question.
      if (typed === undefined) warn('')
      return typed
    } finally {
      lines.close()
    }
  },
}
