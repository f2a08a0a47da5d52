/** A stream tells what changes to whoever may still know it, and leaves nothing behind. */
import { expect, test, vi } from 'vitest'
import { newId } from '../../../collector/store/id.ts'
import { API_TOKEN } from '../../support/client.ts'
import { onEachEngine } from '../../support/engines.ts'
import { PATIENCE } from '../../support/patience.ts'
import { makeTwoSites } from '../../support/sites.ts'
import { visitEach } from '../../support/visiting.ts'
import { batch, form, START } from '../../support/wire.ts'

onEachEngine((newDatabase) => {
  const visited = visitEach(newDatabase, () => START)

  /** @returns what it told until it ended, by its own doing */
  async function stream(headers: Record<string, string>, whileOpen: () => Promise<unknown>): Promise<string> {
    const url = visited.running.url.replace('localhost', '127.0.0.1')
    const response = await fetch(`${url}/api/stream?site=default`, { headers })
    expect(response.status).toBe(200)
    await whileOpen()
    return response.text()
  }

  test('who is disabled meanwhile is told nothing more', async () => {
    const two = await makeTwoSites(visited)
    const eve = await two.welcome('eve', 'viewer', 'all')
    const { items } = await visited.read<{ items: { id: string; email: string }[] }>('/users')
    const { id } = items.find(({ email }) => email.startsWith('eve@')) ?? {}
    const told = await stream(eve, async () => {
      await two.operate('PATCH', `/users/${id}`, { disabled: true })
      await visited.take(batch(newId(START), START, [form(START, 'demo', { email: 'ada@analytical.example' })]))
      await visited.counted()
    })
    expect(told).not.toContain('ada@')
  })

  test('one that cannot go on ends, listens no more, and says why in the log alone', async () => {
    const { database } = visited.running.collector
    const { listen } = database
    let listening = 0
    database.listen = (hear) => {
      const deaf = listen(hear)
      listening += 1
      return () => {
        listening -= 1
        deaf()
      }
    }
    const complaints = vi.spyOn(console, 'error')
    await database.db.schema.alterTable('standing').renameTo('lost').execute()
    const told = await stream({ authorization: `Bearer ${API_TOKEN}` }, () =>
      database.tell({ siteId: 'default', leadIds: [newId(START)] }),
    )
    await database.db.schema.alterTable('lost').renameTo('standing').execute()
    expect(told).toBe(': open\n\n')
    await vi.waitFor(() => expect(listening).toBe(0), PATIENCE)
    expect(complaints).not.toHaveBeenCalled()
    complaints.mockRestore()
  })
})
