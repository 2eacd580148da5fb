/** Builds before the tests run: commands and the Lambda bundle are tested as they are shipped. */
import { execFileSync } from 'node:child_process'

export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
