import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Commands and servers start in their own processes; a loaded machine needs room.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
