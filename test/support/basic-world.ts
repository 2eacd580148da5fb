/** A world whose regions all have Basic Edition transit routers, unless it says otherwise. */
export const basicEverywhere = (world: object = {}): object => ({ editions: { default: 'Basic' }, ...world })
