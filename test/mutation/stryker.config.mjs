/** Mutates lib/$MUTATE and runs the unit tests nearest to it. By hand, not part of `npm run check`. */
const folder = process.env.MUTATE ?? 'reconcile'

export default {
  packageManager: 'npm',
  mutate: [`lib/${folder}/**/*.ts`],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 30_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false },
  jsonReporter: { fileName: `coverage/mutation.${folder}.json` },
  tempDirName: `coverage/mutation.${folder}`,
  ignorePatterns: ['dist', 'coverage', 'bench', 'deploy'],
  thresholds: { high: 90, low: 80, break: 80 },
}
