import { type ApiError, invalidField } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import type { CommonPasswords } from './common-passwords.ts'

/** In code points (NIST SP 800-63B-4 3.1.1.2), like all lengths of passwords. */
const maxLength = 256

/** Parts of a name that are shorter than this do not make a password personal. */
const minWordLength = 3

/** The number of characters that a password needs in addition to personal words. */
const minOtherCharacters = 5

interface Options {
  minLength: number
  productName: string
  publicUrl: string
  common: CommonPasswords
}

export interface RuleContext {
  /** The name of the request's field that contains the password. */
  field: string
  /** The username, e-mail address and display name of the user. */
  about: (string | null | undefined)[]
}

/** The rules for new passwords (NIST SP 800-63B-4 3.1.1.2). They do not apply to passwords that are already stored. */
export function createPasswordRules({ minLength, productName, publicUrl, common }: Options) {
  const wordsOfService = wordsIn(['latchkey', productName, new URL(publicUrl).hostname])

  /**
   * Checks a new password.
   * @param password the password as typed
   * @param context where the password was typed, and by whom
   * @returns the error for the first rule that the password breaks; undefined when it is acceptable
   */
  function objectionTo(password: string, { field, about }: RuleContext): ApiError | undefined {
    const length = [...password.normalize('NFC')].length
    if (length < minLength) {
      return invalidField(field, `must have at least ${minLength} characters: use several words`, 'password_too_short')
    }
    if (length > maxLength) {
      return invalidField(field, `must have at most ${maxLength} characters: shorten it`, 'password_too_long')
    }
    if (common.has(password)) {
      return invalidField(
        field,
        'is too common, and attackers guess such passwords first: use several unrelated words',
        'password_too_common',
      )
    }
    if (isMadeOf([...wordsIn(about), ...wordsOfService], password)) {
      return invalidField(
        field,
        'is too similar to your name, your e-mail address or the name of this service: add unrelated words',
        'password_too_personal',
      )
    }
    return undefined
  }

  return {
    objectionTo,

    /**
     * Checks a new password.
     * @param password the password as typed
     * @param context where the password was typed, and by whom
     * @throws {ApiError} 400 with the code of the first rule that the password breaks
     */
    check(password: string, context: RuleContext): void {
      const objection = objectionTo(password, context)
      if (objection !== undefined) throw objection
    },
  }
}

/** Splits names into words and reduces these to their legible form. An e-mail address counts as two names. */
function wordsIn(texts: RuleContext['about']): string[] {
  return texts
    .flatMap((text) => text?.split('@') ?? [])
    .flatMap((name) => [name, ...name.split(/[^\p{L}\p{M}\p{N}]+/u)])
    .map(legibleForm)
    .filter((word) => [...word].length >= minWordLength)
}

/** Whether a password consists of words, but for a few other characters. */
function isMadeOf(words: string[], password: string): boolean {
  const typed = legibleForm(password)
  // Long words first: removing a part of a name first would hide the whole name.
  const rest = words
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, word) => rest.replaceAll(word, ' '), typed)
  return rest !== typed && [...rest.replaceAll(' ', '')].length < minOtherCharacters
}

/** The letters that digits and signs stand for. `i` counts as `l`, because 1 stands for both. */
const standIns: Record<string, string> = { 0: 'o', 1: 'l', i: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' }

/**
 * Reduces a text to what a person reads: without case, width, accents, spaces and punctuation, and with letters in
 * place of the digits and signs that stand for them. Symbols such as emojis are kept.
 */
function legibleForm(text: string): string {
  return fold(text)
    .normalize('NFKD')
    .replace(/[013457i@$]/g, (sign) => standIns[sign] ?? sign)
    .replace(/[^\p{L}\p{N}\p{So}]/gu, '')
    .normalize('NFC')
}
