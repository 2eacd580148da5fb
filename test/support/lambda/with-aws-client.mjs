/**
 * Runs the tests of the package with AWS's own runtime client in place of the loop beside this file. It is installed into a temporary
 * folder, its install script too: that compiles curl and C++, and needs cmake, make, a C++ compiler and Python.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CLIENT = 'aws-lambda-ric@4.0.2'
const folder = mkdtempSync(join(tmpdir(), 'aws-lambda-ric-'))

const run = (command, args, env = {}) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  if (status !== 0) process.exitCode = 1
  return status === 0
}

try {
  const install = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--ignore-scripts=false',
    '--no-audit',
    '--no-fund',
    CLIENT,
  ]
  if (run('npm', install)) {
    const client = join(folder, 'node_modules/aws-lambda-ric/index.mjs')
    const tests = [
      'vitest',
      'run',
      '--config',
      'test/vitest.config.ts',
      'test/integration/entry-points/deployed-package.test.ts',
    ]
    run('npx', ['--no-install', ...tests], { LAMBDA_RUNTIME_CLIENT: client, TESTS: 'slow' })
  } else {
    console.error(`${CLIENT} was not installed: it needs cmake, make, a C++ compiler and Python on the PATH.`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
