import { invalidField } from '../errors/index.ts'

export type Redirects = ReturnType<typeof createRedirects>

/**
 * The URLs that the page at the end of a flow may link to. Each is compared as it is: a pattern or a normalized form
 * would also accept URLs that the operator did not list.
 */
export function createRedirects(allowed: readonly string[]) {
  return {
    /**
     * Checks the URL that an app names in a request.
     * @throws {ApiError} 400 when it is not listed
     */
    accept(url: string | undefined): string | undefined {
      if (url !== undefined && !allowed.includes(url)) {
        throw invalidField('redirect_to', 'must be one of the URLs in the setting REDIRECT_URLS')
      }
      return url
    },

    /** @returns undefined for what is not listed, or is no longer */
    find: (url: unknown): string | undefined => allowed.find((listed) => listed === url),
  }
}
