import { expect, test } from 'vitest'
import { openDatabase } from '../../../collector/store/database.ts'
import { onEachEngine } from '../../support/engines.ts'

onEachEngine((newDatabase) => {
  test('what is still being committed as the database is closed is done, or fails alone', async () => {
    const database = await newDatabase()
    for (let round = 0; round < 20; round++) {
      const open = await openDatabase(database.url)
      const commits = Array.from({ length: 10 }, () =>
        open.transact((tx) => tx.updateTable('user').set({ created_at: 0 }).execute()),
      )
      const settled = Promise.allSettled(commits)
      await commits[0]
      await open.close()
      const [first, ...others] = await settled
      expect(first?.status).toBe('fulfilled')
      for (const each of others) if (each.status === 'rejected') expect(String(each.reason)).toMatch(/destroyed|closed/)
    }
    await database.remove()
  })
})
