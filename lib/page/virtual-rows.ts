/** Which rows of a long list are on the screen: TanStack Virtual, whose core knows no framework. */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useReducer, useState } from 'preact/hooks'

const OVERSCAN = 8

/** All rows are `rowPx` high. The list is drawn again as it is scrolled. */
export function useVirtualRows(scroller: RefObject<HTMLElement | null>, count: number, rowPx: number, headPx: number) {
  const [, redraw] = useReducer((times: number) => times + 1, 0)
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollPaddingStart: headPx,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(undefined),
  }
  const [virtual] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options))
  virtual.setOptions(options)
  useEffect(() => virtual._didMount(), [virtual])
  useLayoutEffect(() => virtual._willUpdate())
  useLayoutEffect(() => virtual.measure(), [virtual, rowPx])
  return virtual
}
