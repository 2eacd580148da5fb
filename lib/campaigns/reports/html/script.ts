/** The scripts of the report page: text, since they run in a browser. */

/** The rows shown at first, and by each "Show more rows": a browser takes long to lay out thousands. */
export const FIRST_ROWS = 200

/** Runs before the rows are parsed, so that those after the first are never laid out. Without scripts all are shown. */
export const EARLY_SCRIPT = "document.documentElement.classList.add('scripted')"

/** Searches, filters and sorts the rows, and copies commands. Without this script the page is complete, but static. */
export const PAGE_SCRIPT = `
(() => {
  'use strict'
  const PAGE = ${FIRST_ROWS}
  const byId = (id) => document.getElementById(id)
  const table = byId('rows')
  const [body, rest] = table.tBodies
  const [search, status, more] = [byId('search'), byId('status'), byId('more')]
  const filters = [...document.querySelectorAll('[data-filter]')]
  const heads = [...table.tHead.querySelectorAll('th')]
  const collator = new Intl.Collator('en', { numeric: true })
  const number = new Intl.NumberFormat('en-US')
  let rows
  let statusFilter = ''
  let limit = PAGE

  // Thousands of rows are read only when a reader searches, filters or sorts.
  const take = () => {
    rows = [...table.tBodies].flatMap((part) => [...part.rows]).map((row) => ({ row, text: row.textContent.toLowerCase() }))
    const added = document.createDocumentFragment()
    for (const { row } of rows.slice(body.rows.length)) {
      row.hidden = true
      added.append(row)
    }
    body.append(added)
    rest?.remove()
  }
  const update = () => {
    if (!rows) take()
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
    let matching = 0
    for (const { row, text } of rows) {
      const hit = (statusFilter === '' || row.dataset.status === statusFilter) && words.every((word) => text.includes(word))
      if (hit) matching += 1
      row.hidden = !hit || matching > limit
    }
    const shown = Math.min(matching, limit)
    const of = matching < rows.length ? ' that match, of ' + number.format(rows.length) : ''
    status.textContent = number.format(shown) + (shown < matching ? ' of ' + number.format(matching) : '') + ' rows' + of
    more.hidden = shown === matching
    for (const button of filters) button.setAttribute('aria-pressed', String(button.dataset.filter === statusFilter))
  }
  const restart = () => {
    limit = PAGE
    update()
  }
  const show = (wanted, text) => {
    statusFilter = wanted
    search.value = text
    restart()
  }

  const valueOf = ({ row }, column) => row.cells[column].dataset.value ?? row.cells[column].textContent
  const sort = (column) => {
    if (!rows) take()
    const up = heads[column].getAttribute('aria-sort') !== 'ascending'
    for (const head of heads) head.removeAttribute('aria-sort')
    heads[column].setAttribute('aria-sort', up ? 'ascending' : 'descending')
    const keyed = rows.map((entry) => ({ entry, key: valueOf(entry, column) }))
    // Rows without a value come last in both directions.
    keyed.sort((one, other) => {
      if (one.key === '' || other.key === '') return (one.key === '') - (other.key === '')
      return collator.compare(one.key, other.key) * (up ? 1 : -1)
    })
    rows = keyed.map(({ entry }) => entry)
    const sorted = document.createDocumentFragment()
    for (const { row } of rows) sorted.append(row)
    body.append(sorted)
    restart()
  }

  const select = (node) => {
    const range = document.createRange()
    range.selectNodeContents(node)
    const selection = getSelection()
    selection.removeAllRanges()
    selection.addRange(range)
  }
  const copy = async (button) => {
    const source = byId(button.dataset.copy)
    const label = button.textContent
    let done = true
    try {
      await navigator.clipboard.writeText(source.textContent)
    } catch {
      source.closest('details').open = true
      select(source)
      done = document.execCommand('copy')
    }
    button.textContent = done ? 'Copied' : 'Selected: press Ctrl+C'
    byId('announcement').textContent = button.textContent
    setTimeout(() => { button.textContent = label }, 2000)
  }

  search.addEventListener('input', restart)
  more.addEventListener('click', () => {
    limit += PAGE
    update()
  })
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('button')
    if (!button) return
    if (button.dataset.copy) copy(button)
    if (button.dataset.filter !== undefined) show(button.dataset.filter, search.value)
    if (button.dataset.sort) sort(Number(button.dataset.sort))
    if (button.dataset.find !== undefined) {
      show(button.dataset.status, button.dataset.find)
      byId('all').scrollIntoView()
      search.focus({ preventScroll: true })
    }
  })
  // A reader of a print cannot open details.
  const closed = () => [...document.querySelectorAll('details:not([open])')]
  let opened = []
  addEventListener('beforeprint', () => {
    opened = closed()
    for (const part of opened) part.open = true
  })
  addEventListener('afterprint', () => {
    for (const part of opened) part.open = false
  })
  for (const part of document.querySelectorAll('[data-script]')) part.hidden = false
  more.hidden = !rest
  if (rest) status.textContent = number.format(PAGE) + ' of ' + number.format(PAGE + rest.rows.length) + ' rows'
})()
`
