import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

type Encoding = 'br' | 'gzip'

/** A body that is the same for every request, compressed once and when it is first asked for. */
export interface CompressedBody {
  /** @returns the body in the best encoding that a client accepts; the encoding is undefined for the plain body */
  bodyFor(acceptEncoding: string | undefined): Promise<{ body: Buffer; encoding: Encoding | undefined }>
}

const compress: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  // Higher qualities take seconds.
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (body) => promisify(gzip)(body, { level: 9 }),
}

export function createCompressedBody(body: Buffer): CompressedBody {
  const compressed = new Map<Encoding, Promise<Buffer>>()
  return {
    async bodyFor(acceptEncoding) {
      const encoding = preferredEncoding(acceptEncoding)
      if (encoding === undefined) return { body, encoding }
      const started = compressed.get(encoding) ?? compress[encoding](body)
      compressed.set(encoding, started)
      return { body: await started, encoding }
    },
  }
}

/** Finds the best encoding in an `Accept-Encoding` header (RFC 9110 12.5.3); `q=0` rejects one. */
function preferredEncoding(header = ''): Encoding | undefined {
  const accepted = header
    .toLowerCase()
    .split(',')
    .map((item) => item.replaceAll(/\s/g, ''))
    .filter((item) => !/;q=0(\.0*)?$/.test(item))
    .map((item) => item.split(';')[0])
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding))
}
