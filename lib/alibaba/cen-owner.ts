/** The account that owns the CENs: as the settings say, else asked for once and kept. */
import type { Answer } from '../ports.js'

export function createCenOwner(given: string | undefined, ask: () => Promise<Answer<string>>) {
  let asked: Promise<Answer<string>> | undefined
  const askOnce = async (): Promise<Answer<string>> => {
    const answer = await ask()
    if (!answer.ok) asked = undefined
    return answer
  }
  return (): Promise<Answer<string>> => {
    if (given !== undefined) return Promise.resolve({ ok: true, value: given })
    asked ??= askOnce()
    return asked
  }
}
