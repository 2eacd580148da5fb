/** Builds before the tests run: commands and the Lambda bundle are tested as they are shipped. */
import { execFileSync } from 'node:child_process'

export default function build(): void {
  // The guards run their tests on copies that need no build.
  if (process.env.NO_BUILD) return
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
