import { invalidField } from '../errors/index.ts'

export type Redirects = ReturnType<typeof createRedirects>

/**
 * The URLs that the last page of a flow may link to. They are compared byte for byte, since a pattern or a normalized
 * form would also accept URLs that the operator did not list.
 */
export function createRedirects(allowed: readonly string[]) {
  return {
    /**
     * Checks the URL in a request.
     * @throws {ApiError} 400 if it is not listed
     */
    accept(url: string | undefined): string | undefined {
      if (url !== undefined && !allowed.includes(url)) {
        throw invalidField('redirect_to', 'must be listed in the setting REDIRECT_URLS')
      }
      return url
    },

    /** @returns undefined if the URL is not listed (anymore) */
    find: (url: unknown): string | undefined => allowed.find((listed) => listed === url),
  }
}
