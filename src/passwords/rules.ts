import { type ApiError, invalidField } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import type { CommonPasswords } from './common-passwords.ts'

/** Code points, as is every length here (NIST SP 800-63B-4 3.1.1.2). */
const longest = 256
/** A shorter part of a name says nothing about whose it is. */
const shortestWord = 3
/** What has to be in a password beside words that anybody would try first. */
const fewestOthers = 5

interface Options {
  shortest: number
  productName: string
  publicUrl: string
  common: CommonPasswords
}

export interface Choice {
  /** The member of the request at fault. */
  field: string
  /** What is known of the person: username, e-mail address, display name. */
  about: (string | null | undefined)[]
}

export type PasswordRules = ReturnType<typeof createPasswordRules>

/** Judges passwords when they are chosen, and never again: by NIST SP 800-63B-4 3.1.1.2. */
export function createPasswordRules({ shortest, productName, publicUrl, common }: Options) {
  const wordsOfService = wordsIn(['latchkey', productName, new URL(publicUrl).hostname])

  /** @returns what is wrong with a password, with a code for each rule, and what to do; undefined for a good one */
  function objectionTo(password: string, { field, about }: Choice): ApiError | undefined {
    const length = [...password.normalize('NFC')].length
    if (length < shortest) {
      return invalidField(field, `must have at least ${shortest} characters: take several words`, 'password_too_short')
    }
    if (length > longest) {
      return invalidField(field, `must have at most ${longest} characters: leave some out`, 'password_too_long')
    }
    if (common.has(password)) {
      return invalidField(
        field,
        'is one of those that many people use, which are guessed first: take several words that nobody would put together',
        'password_too_common',
      )
    }
    if (isMadeOf([...wordsIn(about), ...wordsOfService], password)) {
      return invalidField(
        field,
        'is little more than your name or address, or the name of this service: add words that have nothing to do with these',
        'password_too_personal',
      )
    }
    return undefined
  }

  return {
    objectionTo,

    /** @throws {ApiError} 400 with what is wrong with it */
    check(password: string, choice: Choice): void {
      const objection = objectionTo(password, choice)
      if (objection !== undefined) throw objection
    },
  }
}

/** Names, whole and in parts, as `read`; an address is two names. */
function wordsIn(texts: Choice['about']): string[] {
  return texts
    .flatMap((text) => text?.split('@') ?? [])
    .flatMap((name) => [name, ...name.split(/[^\p{L}\p{M}\p{N}]+/u)])
    .map(read)
    .filter((word) => [...word].length >= shortestWord)
}

function isMadeOf(words: string[], password: string): boolean {
  const typed = read(password)
  // The longest first: what is left of a whole name without one of its parts is none of its words.
  const rest = words
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, word) => rest.replaceAll(word, ' '), typed)
  return rest !== typed && [...rest.replaceAll(' ', '')].length < fewestOthers
}

/** Digits and signs that stand for letters; `i` is there since 1 stands for both. */
const standIns: Record<string, string> = { 0: 'o', 1: 'l', i: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' }

/**
 * What a person reads in it: without case, width, accents, spaces and punctuation, and with
 * stand-ins as the letters they stand for. Symbols such as emojis stay.
 */
function read(text: string): string {
  return fold(text)
    .normalize('NFKD')
    .replace(/[013457i@$]/g, (sign) => standIns[sign] ?? sign)
    .replace(/[^\p{L}\p{N}\p{So}]/gu, '')
    .normalize('NFC')
}
