/** What SQLite itself can do: the rows of the load, by a prepared statement, in transactions of a size that suits it. */
import Sqlite from 'better-sqlite3'
import { newId } from '../../../collector/store/id.ts'

const ROWS_A_COMMIT = 640

const [path = '', seconds = '', visitors = ''] = process.argv.slice(2)
const file = new Sqlite(path)
file.exec('pragma synchronous = full')
file.exec('pragma cache_size = -65536')
const visitorIds = JSON.parse(visitors) as string[]
const insert = file.prepare(
  'insert into event (site_id, event_id, visitor_id, type, at, page_id, body, bot) values (?, ?, ?, ?, ?, ?, ?, ?)',
)
const bytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex')
const body = JSON.stringify({
  ...{ url: 'https://acme.example/case-studies/mill', title: 'A page of Acme: /case-studies/mill' },
  ...{ referrer: 'https://www.google.com/', language: 'fr' },
})
let inserted = 0
let spent = 0
while (spent < Number(seconds) * 1000) {
  const now = Date.now()
  const rows = Array.from({ length: ROWS_A_COMMIT }, (_, i) => {
    const visitorId = visitorIds[Math.floor((Math.random() * visitorIds.length) / 10) * 10] as string
    const text = i % 2 === 0 ? body : '{"visibleMs":5200,"scrollDepth":80}'
    return [
      'acme',
      bytes(newId(now)),
      bytes(visitorId),
      i % 2 === 0 ? 'page' : 'engage',
      now,
      bytes(newId(now)),
      text,
      0,
    ]
  })
  const from = performance.now()
  file.exec('begin immediate')
  for (const row of rows) insert.run(row)
  file.exec('commit')
  spent += performance.now() - from
  inserted += rows.length
}
console.log(JSON.stringify({ rate: (inserted / spent) * 1000 }))
file.close()
