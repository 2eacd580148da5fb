/** The script of the page: searching, filtering and sorting the rows, and copying. Without it everything is still there to read. */
export const PAGE_SCRIPT = `
(() => {
  'use strict'
  const PAGE = 200
  const byId = (id) => document.getElementById(id)
  const table = byId('rows')
  const body = table.tBodies[0]
  const [search, status, more] = [byId('search'), byId('status'), byId('more')]
  const filters = [...document.querySelectorAll('[data-filter]')]
  const heads = [...table.tHead.querySelectorAll('th')]
  const collator = new Intl.Collator('en', { numeric: true })
  const number = new Intl.NumberFormat('en-US')
  let rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }))
  let standing = ''
  let limit = PAGE

  const update = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
    let matching = 0
    for (const { row, text } of rows) {
      const hit = (standing === '' || row.dataset.standing === standing) && words.every((word) => text.includes(word))
      if (hit) matching += 1
      row.hidden = !hit || matching > limit
    }
    const shown = Math.min(matching, limit)
    const of = matching < rows.length ? ' that match, of ' + number.format(rows.length) : ''
    status.textContent = number.format(shown) + (shown < matching ? ' of ' + number.format(matching) : '') + ' rows' + of
    more.hidden = shown === matching
    for (const button of filters) button.setAttribute('aria-pressed', String(button.dataset.filter === standing))
  }
  const anew = () => {
    limit = PAGE
    update()
  }
  const show = (wanted, text) => {
    standing = wanted
    search.value = text
    anew()
  }

  const valueOf = ({ row }, column) => row.cells[column].dataset.value ?? row.cells[column].textContent
  const sort = (column) => {
    const up = heads[column].getAttribute('aria-sort') !== 'ascending'
    for (const head of heads) head.removeAttribute('aria-sort')
    heads[column].setAttribute('aria-sort', up ? 'ascending' : 'descending')
    const keyed = rows.map((entry) => ({ entry, key: valueOf(entry, column) }))
    // What has no value comes last, either way.
    keyed.sort((one, other) => {
      if (one.key === '' || other.key === '') return (one.key === '') - (other.key === '')
      return collator.compare(one.key, other.key) * (up ? 1 : -1)
    })
    rows = keyed.map(({ entry }) => entry)
    const sorted = document.createDocumentFragment()
    for (const { row } of rows) sorted.append(row)
    body.append(sorted)
    anew()
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
    const said = button.textContent
    let done = true
    try {
      await navigator.clipboard.writeText(source.textContent)
    } catch {
      source.closest('details').open = true
      select(source)
      done = document.execCommand('copy')
    }
    button.textContent = done ? 'Copied' : 'Selected: press Ctrl+C'
    byId('said').textContent = button.textContent
    setTimeout(() => { button.textContent = said }, 2000)
  }

  search.addEventListener('input', anew)
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
      show(button.dataset.standing, button.dataset.find)
      byId('all').scrollIntoView()
      search.focus({ preventScroll: true })
    }
  })
  // On paper nothing can be opened.
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
  update()
})()
`
