/** Who sleeps until a signal aborts. A signal itself walks through all its listeners for each that comes or goes. */
const sleepers = new WeakMap<AbortSignal, Set<() => void>>()

/** Those who are woken, all together, when the signal aborts. */
export function sleepersOf(signal: AbortSignal): Set<() => void> {
  const known = sleepers.get(signal)
  if (known) return known
  const made = new Set<() => void>()
  sleepers.set(signal, made)
  const wakeAll = () => {
    for (const wake of made) wake()
  }
  signal.addEventListener('abort', wakeAll, { once: true })
  return made
}
