/** Signals and files of this process. */
import { readFileSync } from 'node:fs'

/** A signal that aborts on SIGTERM or SIGINT; the second one exits at once. */
export function stopSignal(onStop?: (name: string) => void): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130)
      onStop?.(name)
      stop.abort()
    })
  }
  return stop.signal
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
}

/**
 * The text of a file, or of standard input for the descriptor 0, without a byte order mark. Throws with a reason that names
 * the file.
 */
export function readTextFile(file: string | 0): string {
  try {
    const bytes = readFileSync(file)
    // The "Unicode text" of spreadsheets.
    const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
    return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new Error(`${file === 0 ? 'standard input' : file}: cannot be read: ${REASONS[code] ?? message}`)
  }
}
