/** An append-only log in a file of JSON lines. A crash within a line loses that line only. */
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseJson } from '../../domain/record.js'
import type { AppendLog } from './append-log.js'

const NEWLINE = 0x0a
const CHUNK_BYTES = 1_048_576

/**
 * Several processes may append to one file: entries are one write at its end. The file is open during a call only, so that
 * nothing has to be closed. Rejects if the file cannot be opened.
 */
export async function openAppendLog(path: string): Promise<AppendLog> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await withFile(async (file) => {
    await syncFolder(dirname(path))
    const { size } = await file.stat()
    // An incomplete last line is terminated, so that the next entry begins on its own line.
    if (size > 0 && (await lastByte(file, size)) !== NEWLINE) await write(file, '\n')
  })

  let offset = 0
  let rest = Buffer.alloc(0)

  async function withFile<T>(use: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await open(path, 'a+', 0o600)
    try {
      return await use(file)
    } finally {
      await file.close()
    }
  }
  async function write(file: FileHandle, text: string): Promise<void> {
    const bytes = Buffer.from(text)
    const { bytesWritten } = await file.write(bytes)
    if (bytesWritten < bytes.length) throw new Error(`${path}: only part of an entry could be written`)
    await file.datasync()
  }
  return {
    async append(entries) {
      const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
      if (text !== '') await withFile((file) => write(file, text))
    },
    readNew: () =>
      withFile(async (file) => {
        const entries: unknown[] = []
        for (;;) {
          const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, offset)
          if (bytesRead === 0) return entries
          offset += bytesRead
          const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
          const end = bytes.lastIndexOf(NEWLINE) + 1
          rest = bytes.subarray(end)
          for (const line of bytes.toString('utf8', 0, end).split('\n')) {
            // An incomplete line is no JSON.
            const entry = parseJson(line)
            if (entry !== undefined) entries.push(entry)
          }
        }
      }),
  }
}

const lastByte = async (file: FileHandle, size: number): Promise<number | undefined> =>
  (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0]

/** Makes the name of a new file durable; not every system can sync a folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}
