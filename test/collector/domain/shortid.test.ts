import { expect, test } from 'vitest'
import { fullId, writtenForms } from '../../../collector/domain/shortid.ts'

const ID = '01a21f56-1914-79f9-aa80-3297d8c05b1e'

test('a UUID is the same in every form in which a tracker writes it', () => {
  expect(writtenForms(ID)).toEqual([ID, '01a21f56191479f9-aa80-3297d8c05b1e', '1a21f56191449f9-aa80-3297d8c05b1e'])
  for (const form of writtenForms(ID)) expect(fullId(form)).toBe(ID)
  expect(fullId(ID.toUpperCase())).toBe(ID)
})

test('what is no UUID has none', () => {
  for (const text of ['', 'x', '1a21f56191419f9-aa80-3297d8c05b1e', `${ID}0`, ID.slice(1), ID.replace('-79', '-39')]) {
    expect(fullId(text), text).toBeUndefined()
  }
})
