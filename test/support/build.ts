/** Builds before the tests: commands and the Lambda bundle are tested as shipped. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function build(): () => void {
  // The guards run their tests on copies that need no build.
  if (!process.env.NO_BUILD) execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  // The folder of test/support/packaged.ts, shared by all workers of this run.
  const folder = mkdtempSync(join(tmpdir(), 'cen-attach-packaged-'))
  process.env.PACKAGED = folder
  return () => rmSync(folder, { recursive: true })
}
