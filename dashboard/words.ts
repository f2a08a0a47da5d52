import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { english } from './english.ts'
import { french } from './french.ts'

export type Language = 'en' | 'fr'

/** Every text of the dashboard. English names the keys; French must have them all, with the same parameters. */
export type Words = typeof english

/** A text that is put in words only as it is shown: who switches the language reads it in the other one. */
export type Said = (words: Words, language: Language) => string

export const dictionary: Record<Language, Words> = { en: english, fr: french }

export const SpokenLanguage = createContext<Language>('en')

export function useLanguage(): Language {
  return useContext(SpokenLanguage)
}

export function useWords(): Words {
  return dictionary[useLanguage()]
}

/** What we have for a name that somebody else gave: whoever sends a field chooses its name, and may call it `__proto__`. */
export function termFor<T>(terms: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(terms, name) ? terms[name] : undefined
}

const STORED_LANGUAGE = 'braise-language'

/** The language chosen in this browser, else the first of the browser's own that we speak, else English. */
export function chosenLanguage(): Language {
  const wishes = [rememberedLanguage(), ...navigator.languages]
  for (const wish of wishes) {
    const language = wish?.slice(0, 2).toLowerCase()
    if (language === 'en' || language === 'fr') return language
  }
  return 'en'
}

export function rememberLanguage(language: Language) {
  try {
    localStorage.setItem(STORED_LANGUAGE, language)
  } catch {
    // Storage is blocked: the choice lasts until the page is left.
  }
}

function rememberedLanguage(): string | null {
  try {
    return localStorage.getItem(STORED_LANGUAGE)
  } catch {
    return null
  }
}
