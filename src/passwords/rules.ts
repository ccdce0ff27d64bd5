import { type ApiError, invalidField } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import type { CommonPasswords } from './common-passwords.ts'

// Lengths are in code points (NIST SP 800-63B-4 3.1.1.2).
const maxLength = 256

/** Shorter parts of a name are not personal. */
const minWordLength = 3

/** How many characters a password needs besides personal words. */
const minOtherCharacters = 5

interface Options {
  shortest: number
  productName: string
  publicUrl: string
  common: CommonPasswords
}

export interface RuleContext {
  /** The field of the request that holds the password. */
  field: string
  /** Username, e-mail address and display name of the user. */
  about: (string | null | undefined)[]
}

/** Rules for new passwords (NIST SP 800-63B-4 3.1.1.2). A stored password is never judged again. */
export function createPasswordRules({ shortest, productName, publicUrl, common }: Options) {
  const wordsOfService = wordsIn(['latchkey', productName, new URL(publicUrl).hostname])

  /** @returns the rule that a password breaks; undefined when it is acceptable */
  function objectionTo(password: string, { field, about }: RuleContext): ApiError | undefined {
    const length = [...password.normalize('NFC')].length
    if (length < shortest) {
      return invalidField(field, `must have at least ${shortest} characters: take several words`, 'password_too_short')
    }
    if (length > maxLength) {
      return invalidField(field, `must have at most ${maxLength} characters: leave some out`, 'password_too_long')
    }
    if (common.has(password)) {
      return invalidField(
        field,
        'is one of those that many people use, which are guessed first: take several words that nobody ' +
          'would put together',
        'password_too_common',
      )
    }
    if (isMadeOf([...wordsIn(about), ...wordsOfService], password)) {
      return invalidField(
        field,
        'is little more than your name or address, or the name of this service: add words that have ' +
          'nothing to do with these',
        'password_too_personal',
      )
    }
    return undefined
  }

  return {
    objectionTo,

    /** @throws {ApiError} 400 with the code of the rule that the password breaks */
    check(password: string, context: RuleContext): void {
      const objection = objectionTo(password, context)
      if (objection !== undefined) throw objection
    },
  }
}

/** Splits names into words, in the form of `legibleForm`. An e-mail address is two names. */
function wordsIn(texts: RuleContext['about']): string[] {
  return texts
    .flatMap((text) => text?.split('@') ?? [])
    .flatMap((name) => [name, ...name.split(/[^\p{L}\p{M}\p{N}]+/u)])
    .map(legibleForm)
    .filter((word) => [...word].length >= minWordLength)
}

function isMadeOf(words: string[], password: string): boolean {
  const typed = legibleForm(password)
  // The longest first: a whole name without one of its parts would not be found.
  const rest = words
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, word) => rest.replaceAll(word, ' '), typed)
  return rest !== typed && [...rest.replaceAll(' ', '')].length < minOtherCharacters
}

/** Digits and signs that stand for letters. `i` is among them because 1 stands for both `i` and `l`. */
const standIns: Record<string, string> = { 0: 'o', 1: 'l', i: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' }

/**
 * Reduces a text to what a person reads: without case, width, accents, spaces and punctuation, and with letters in
 * place of the signs that stand for them. Symbols such as emojis stay.
 */
function legibleForm(text: string): string {
  return fold(text)
    .normalize('NFKD')
    .replace(/[013457i@$]/g, (sign) => standIns[sign] ?? sign)
    .replace(/[^\p{L}\p{N}\p{So}]/gu, '')
    .normalize('NFC')
}
