import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    include: ['test/**/*.test.ts'],
    // Packages are loaded as Node loads them, without help that a user would not have.
    deps: { interopDefault: false },
    // Commands and servers start in their own processes; a loaded machine needs room.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
