/** Values that are kept: those that are loaded once, and the newest entries of a map. */

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

/** Puts an entry at the end of the map and deletes the oldest entry if there are more than `most`. */
export function putNewest<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= most) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
