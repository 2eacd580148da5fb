/** A value that is loaded once. */

export interface LoadedOnce<T> {
  /** The first call loads the value, concurrent and later ones share it; after a failure the next call loads again. */
  get(): Promise<T>
  /** The next call loads it again. */
  forget(): void
}

export function loadOnce<T>(load: () => Promise<T>): LoadedOnce<T> {
  let loaded: Promise<T> | undefined
  return {
    get() {
      if (loaded) return loaded
      const loading = load()
      loaded = loading
      loading.catch(() => {
        if (loaded === loading) loaded = undefined
      })
      return loading
    },
    forget() {
      loaded = undefined
    },
  }
}
