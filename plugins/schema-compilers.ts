import AjvCompiler from '@fastify/ajv-compiler'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import { isText } from '../src/lib/text.ts'

type Validator = ReturnType<FastifySchemaCompiler<unknown>>
type Serializer = ReturnType<FastifySerializerCompiler<unknown>>

export type SchemaCompilers = ReturnType<typeof createSchemaCompilers>

/** The format of a string that the handler of a hidden route checks itself. */
export const uncheckedText = 'unchecked-text'

const compilersByDefinitions = new Map<string, SchemaCompilers>()

/**
 * The compilers that all services in this process with these definitions share. Compiling takes longer than everything
 * else at the start of a service.
 * @param definitions the schemas that others can refer to, by their `$id`
 */
export function schemaCompilersFor(definitions: Record<string, object>): SchemaCompilers {
  return getOrAdd(compilersByDefinitions, JSON.stringify(definitions), () => createSchemaCompilers(definitions))
}

/**
 * Compiles all schemas of the services in this process. Normally the first request of a route compiles its schemas, so
 * an invalid schema would stay unnoticed until then.
 * @returns the number of compiled functions
 * @throws the compiler's error for an invalid schema
 */
export function compileEverySchema(): number {
  return [...compilersByDefinitions.values()].reduce((sum, compilers) => sum + compilers.compileEverySchema(), 0)
}

/** Compiles each schema when it is first used, and only once for all routes that share it. */
function createSchemaCompilers(definitions: Record<string, object>) {
  const createAjv = (coerceTypes: boolean) =>
    AjvCompiler()(parseWithTextFormat(JSON.stringify(definitions)), {
      customOptions: {
        removeAdditional: false,
        coerceTypes,
        useDefaults: false,
        allErrors: true,
        strictTypes: false,
        keywords: ['example'],
      },
      onCreate: (ajv) => {
        // The rules for e-mail addresses are in `src/users`.
        for (const format of ['text', 'password', 'email']) ajv.addFormat(format, isText)
        ajv.addFormat(uncheckedText, true)
      },
    })
  const bodyAjv = lazy(() => createAjv(false))
  // In a query, numbers and booleans arrive as text.
  const queryAjv = lazy(() => createAjv(true))
  const serializerCompiler = lazy(() => SerializerSelector()(definitions, {}))

  const validators = new Map<string, () => Validator>()
  const queryValidators = new Map<string, () => Validator>()
  const serializers = new Map<string, () => Serializer>()

  const compileValidator: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) => {
    const isQuery = httpPart === 'querystring'
    const [cache, ajv] = isQuery ? [queryValidators, queryAjv] : [validators, bodyAjv]
    const text = JSON.stringify(schema)
    const compiled = getOrAdd(cache, text, () => lazy(() => ajv()({ schema: parseWithTextFormat(text) })))
    const validate: Validator = (data: unknown) => {
      const validator = compiled()
      const isValid = validator(data)
      const infinite = isQuery ? infiniteNumbersIn(data) : []
      validate.errors = infinite.length > 0 ? infinite : (validator.errors ?? null)
      return isValid && infinite.length === 0
    }
    return validate
  }

  const compileSerializer: FastifySerializerCompiler<unknown> = (part) => {
    const text = JSON.stringify(part.schema)
    const compiled = getOrAdd(serializers, text, () =>
      lazy(() => serializerCompiler()({ httpStatus: '', ...part, schema: JSON.parse(text) })),
    )
    return (data: unknown) => compiled()(data)
  }

  return {
    compileValidator,
    compileSerializer,
    compileEverySchema() {
      const all = [...validators.values(), ...queryValidators.values(), ...serializers.values()]
      for (const compile of all) compile()
      return all.length
    },
  }
}

/**
 * Parses a schema of requests. Each string gets the format `text`, which only the validator knows, unless it already
 * has a format or an enumeration.
 */
function parseWithTextFormat(schema: string) {
  return JSON.parse(schema, (_key, part: unknown) => (acceptsAnyString(part) ? { ...part, format: 'text' } : part))
}

function acceptsAnyString(part: unknown): part is object {
  if (typeof part !== 'object' || part === null || !('type' in part)) return false
  return [part.type].flat().includes('string') && !('format' in part) && !('enum' in part)
}

/** Finds infinite numbers. Ajv converts `1e309` in a query to Infinity, and then does not check its bounds. */
function infiniteNumbersIn(query: unknown) {
  return Object.entries(query ?? {})
    .filter(([, value]) => [value].flat().some((item) => typeof item === 'number' && !Number.isFinite(item)))
    .map(([name]) => ({
      keyword: 'infinite',
      instancePath: `/${name}`,
      schemaPath: '',
      params: {},
      message: 'must be a finite number',
    }))
}

/** Computes a value at the first call. */
function lazy<T extends object>(compute: () => T): () => T {
  let value: T | undefined
  return () => (value ??= compute())
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const value = map.get(key) ?? create()
  map.set(key, value)
  return value
}
