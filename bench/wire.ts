import { connect, type Socket } from 'node:net'

export interface WireRequest {
  method?: string
  path: string
  headers: Record<string, string>
  body?: string
}

interface Connection {
  socket: Socket
  /** The part of the response received so far, one character per byte. */
  text: string
  /** Resolves the pending request. */
  settle: ((status: number) => void) | undefined
}

/**
 * A client that keeps its connections open like a proxy. It shares the machine with the service, so it does as little
 * as possible: it reads only the status and the length of a response.
 */
export function createWire(url: string) {
  const { hostname, port } = new URL(url)
  const idle: Connection[] = []

  function open(): Connection {
    const connection: Connection = { socket: connect(Number(port), hostname), text: '', settle: undefined }
    connection.socket.setNoDelay().setEncoding('latin1')
    connection.socket.on('data', (text) => read(connection, String(text)))
    connection.socket.on('error', () => {})
    connection.socket.on('close', () => finish(connection, 0))
    return connection
  }

  function read(connection: Connection, text: string) {
    connection.text += text
    const end = connection.text.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = connection.text.slice(0, end)
    const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
    if (connection.text.length < end + 4 + Number(length)) return
    finish(connection, Number(head.slice(9, 12)))
    connection.text = ''
    idle.push(connection)
  }

  function finish(connection: Connection, status: number) {
    connection.settle?.(status)
    connection.settle = undefined
  }

  return {
    /**
     * Sends a request and waits for the response.
     * @param patience the time after which it closes the connection, in milliseconds
     * @returns the status of the response; 0 if there was none
     */
    send(bytes: string, patience?: number): Promise<number> {
      let connection = idle.pop()
      while (connection?.socket.destroyed) connection = idle.pop()
      const { socket } = (connection ??= open())
      const chosen = connection
      socket.write(bytes)
      return new Promise((resolve) => {
        const impatience = patience === undefined ? undefined : setTimeout(() => socket.destroy(), patience)
        chosen.settle = (status) => {
          clearTimeout(impatience)
          resolve(status)
        }
      })
    },
  }
}

/** Encodes a request as bytes for the wire. */
export function bytesOf({ method = 'GET', path, headers, body = '' }: WireRequest): string {
  const lines = {
    host: 'localhost',
    ...headers,
    ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }
  return `${method} ${path} HTTP/1.1\r\n${Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`
}
