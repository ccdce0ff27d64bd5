import AjvCompiler from '@fastify/ajv-compiler'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import { isText } from '../src/lib/text.ts'

type Validator = ReturnType<FastifySchemaCompiler<unknown>>
type Serializer = ReturnType<FastifySerializerCompiler<unknown>>

export type SchemaCompilers = ReturnType<typeof createSchemaCompilers>

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
        // The rules for e-mail addresses are in `src/users`.
        ajv.addFormat('email', true)
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
    const compiled = getOrAdd(cache, text, () => lazy(() => ajv()({ schema: JSON.parse(text) })))
    const fields = limitedFieldsOf(schema, definitions)
    const validate: Validator = (data: unknown) => {
      const validator = compiled()
      const isValid = validator(data)
      const faults = faultsIn(data, fields)
      validate.errors = faults.length > 0 ? [...(validator.errors ?? []), ...faults] : (validator.errors ?? null)
      return isValid && faults.length === 0
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
 * The fields of a request whose values are limited by its schema or the definition that it refers to. Forms of pages
 * have no limits: the pages check them, and show what is wrong beside the field.
 */
function limitedFieldsOf(schema: unknown, definitions: Record<string, object>): string[] {
  if (!isObject(schema)) return []
  if ('$ref' in schema) return limitedFieldsOf(definitions[String(schema.$ref).replace('#', '')], definitions)
  const properties = Object.entries('properties' in schema ? (schema.properties ?? {}) : {})
  return properties.filter(([, property]) => isLimited(property)).map(([name]) => name)
}

function isLimited(schema: unknown): boolean {
  return (
    isObject(schema) && ('maxLength' in schema || 'maximum' in schema || ('items' in schema && isLimited(schema.items)))
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/**
 * Finds fields with values that a schema cannot reject: invalid text, and infinite numbers, which Ajv makes of `1e309`
 * in a query without checking their bounds. Fields have texts, numbers and lists of them, but no nested objects.
 */
function faultsIn(data: unknown, fields: string[]) {
  if (!isObject(data)) return []
  return fields.flatMap((name) => {
    const message = [Reflect.get(data, name)]
      .flat()
      .map(faultOf)
      .find((fault) => fault !== undefined)
    return message === undefined
      ? []
      : [{ keyword: 'value', instancePath: `/${name}`, schemaPath: '', params: {}, message }]
  })
}

function faultOf(value: unknown) {
  if (typeof value === 'string') return isText(value) ? undefined : 'contains invalid characters'
  return typeof value === 'number' && !Number.isFinite(value) ? 'must be a finite number' : undefined
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
