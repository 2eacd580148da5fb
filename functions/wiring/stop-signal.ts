/** A signal that aborts on SIGTERM or Ctrl-C; the second one leaves at once. */
export function stopSignal(onStop: (name: string) => void): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130)
      onStop(name)
      stop.abort()
    })
  }
  return stop.signal
}
