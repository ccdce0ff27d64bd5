import AjvCompiler from '@fastify/ajv-compiler'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import { isText } from '../src/lib/text.ts'

type Validator = ReturnType<FastifySchemaCompiler<unknown>>
type Serializer = ReturnType<FastifySerializerCompiler<unknown>>

export type SchemaCompilers = ReturnType<typeof createSchemaCompilers>

const compilersByDefinitions = new Map<string, SchemaCompilers>()

/**
 * The compilers of every service in this process whose schemas refer to these definitions. Compiling takes
 * longer than all else that a service does at its start.
 * @param definitions schemas by their `$id`; only these can be referred to
 */
export function schemaCompilersFor(definitions: Record<string, object>): SchemaCompilers {
  return getOrAdd(compilersByDefinitions, JSON.stringify(definitions), () => createSchemaCompilers(definitions))
}

/**
 * Compiles each schema that a service of this process has. Requests do so one by one, so that a schema
 * that cannot be compiled would stay hidden until its route is used.
 * @returns the number of compiled functions
 * @throws what the compiler says of a faulty schema
 */
export function compileEverySchema(): number {
  return [...compilersByDefinitions.values()].reduce((sum, compilers) => sum + compilers.compileEverySchema(), 0)
}

/** Each schema is compiled when it is first used, and only once however many routes have it. */
function createSchemaCompilers(definitions: Record<string, object>) {
  const createAjv = (coerceTypes: boolean) =>
    AjvCompiler()(definitions, {
      customOptions: {
        removeAdditional: false,
        coerceTypes,
        useDefaults: false,
        allErrors: true,
        strictTypes: false,
        keywords: ['example'],
      },
      onCreate: (ajv) => {
        for (const format of ['text', 'password', 'email']) ajv.addFormat(format, isText)
      },
    })
  const bodyAjv = lazy(() => createAjv(false))
  // Numbers and booleans arrive as text in a query.
  const queryAjv = lazy(() => createAjv(true))
  const serializerCompiler = lazy(() => SerializerSelector()(definitions, {}))

  const validators = new Map<string, () => Validator>()
  const queryValidators = new Map<string, () => Validator>()
  const serializers = new Map<string, () => Serializer>()

  const compileValidator: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) => {
    const isQuery = httpPart === 'querystring'
    const [kept, ajv] = isQuery ? [queryValidators, queryAjv] : [validators, bodyAjv]
    const text = JSON.stringify(schema)
    const compiled = getOrAdd(kept, text, () => lazy(() => ajv()({ schema: JSON.parse(text) })))
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

/** Ajv makes Infinity of a query's `1e309`, takes it for a number or an integer, and skips its bounds. */
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
