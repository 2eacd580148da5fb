/** A picture of a page with a palette of 256 colours instead of 16 million: a third of the size. */
import { deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = 8
const COLOURS = 256
/** The bit depth 8 and the colour type without alpha, as Chromium writes them. */
const TRUE_COLOUR = 0x0802
const PIXEL = 3

interface Size {
  readonly width: number
  readonly height: number
}

export const sizeOf = (png: Buffer): Size => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) })

/** The most frequent colours stay; every other one becomes the nearest of them. */
export function toSmallPng(png: Buffer): Buffer {
  const { width, height } = sizeOf(png)
  const pixels = pixelsOf(png)
  const counts = new Map<number, number>()
  for (let at = 0; at < pixels.length; at += PIXEL) {
    const colour = pixels.readUIntBE(at, PIXEL)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, COLOURS)
  const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]))
  const lines = Buffer.alloc((width + 1) * height)
  for (let at = 0; at < width * height; at += 1)
    lines[at + Math.floor(at / width) + 1] = indexes.get(pixels.readUIntBE(at * PIXEL, PIXEL)) ?? 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8)
  const colours = Buffer.from(palette.flatMap(channelsOf))
  return Buffer.concat([
    png.subarray(0, SIGNATURE),
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const channelsOf = (colour: number): number[] => [colour >> 16, (colour >> 8) & 255, colour & 255]

function nearest(colour: number, palette: readonly number[]): number {
  const channels = channelsOf(colour)
  const distances = palette.map((one) =>
    channelsOf(one).reduce((sum, value, index) => sum + (value - (channels[index] ?? 0)) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** CRC-32 as in PNG; that of node:zlib is missing in Node before 20.15. */
function crc32(content: Buffer): number {
  let crc = -1
  for (const byte of content) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

/** Red, green and blue of every pixel, with the filters of the lines undone. */
function pixelsOf(png: Buffer): Buffer {
  if (png.readUInt16BE(24) !== TRUE_COLOUR) throw new Error('not a picture as Chromium takes it')
  const { width, height } = sizeOf(png)
  const parts: Buffer[] = []
  for (let at = SIGNATURE; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const lines = inflateSync(Buffer.concat(parts))
  const bytes = width * PIXEL
  const pixels = Buffer.alloc(bytes * height)
  for (let y = 0; y < height; y += 1) {
    const [line, above] = [y * bytes, (y - 1) * bytes]
    const predict = FILTERS[lines[y * (bytes + 1)] ?? 0] ?? FILTERS[0]
    for (let x = 0; x < bytes; x += 1) {
      const left = x < PIXEL ? 0 : (pixels[line + x - PIXEL] ?? 0)
      const up = y === 0 ? 0 : (pixels[above + x] ?? 0)
      const corner = x < PIXEL || y === 0 ? 0 : (pixels[above + x - PIXEL] ?? 0)
      pixels[line + x] = (lines[y * (bytes + 1) + 1 + x] ?? 0) + predict(left, up, corner)
    }
  }
  return pixels
}

/** The five filters of PNG, by their numbers. */
const FILTERS: readonly [Filter, ...Filter[]] = [
  () => 0,
  (left) => left,
  (_left, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const [a, b, c] = [left, up, corner].map((one) => Math.abs(left + up - corner - one)) as [number, number, number]
    return a <= b && a <= c ? left : b <= c ? up : corner
  },
]
type Filter = (left: number, up: number, corner: number) => number
