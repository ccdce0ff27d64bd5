/** An element, text, or nothing. */
export type Node = object | string | number | boolean | null | undefined

export type Component<Props> = ((props: Props) => Node) | (new (props: Props) => object)

/** The part of React (16.8 and later) that the plugin uses. Swagger UI brings its own copy, which has no types here. */
interface React {
  createElement<Props extends object>(type: string | Component<Props>, props: Props, ...children: Node[]): object
  useState<Value>(): [Value | undefined, (value: Value | undefined) => void]
  useState<Value>(initial: Value | (() => Value)): [Value, (value: Value | ((previous: Value) => Value)) => void]
  useEffect(effect: () => () => void, dependencies: unknown[]): void
}

/** An event of a form or a field. */
export interface FieldEvent<Target extends Element> {
  readonly currentTarget: Target
  preventDefault(): void
}

/** The part of an Immutable map that the plugin uses. */
export interface ImmutableMap {
  readonly size: number
  get(key: string): unknown
  has(key: string): boolean
  toJS(): unknown
  map(change: (value: ImmutableMap, key: string) => ImmutableMap): ImmutableMap
  filter(isKept: (value: ImmutableMap, key: string) => boolean): ImmutableMap
  update(key: string, change: (value: ImmutableMap) => ImmutableMap): ImmutableMap
}

/** A request as swagger-client sends it. */
export interface ClientRequest {
  url: string
  method?: string
  headers?: Record<string, string>
}

export type ClientFetch = (request: ClientRequest) => Promise<unknown>

/** What Swagger UI (4 and 5) passes to a plugin. */
export interface System {
  React: React
  authActions: {
    authorizeOauth2(payload: { auth: object; token: object }): void
    logout(names: string[]): void
    showDefinitions(definitions: unknown): void
  }
  authSelectors: {
    authorized(): ImmutableMap | undefined
    /** A list of maps from the name of a security scheme to the scheme. */
    definitionsToAuthorize(): ImmutableMap
  }
  specSelectors: { url(): string; taggedOperations(): ImmutableMap }
  layoutSelectors: { currentFilter(): unknown }
  oas3Selectors: {
    /** An entry of `servers`; empty until the user or the page selects one. */
    selectedServer(): string
    /** Its URL with the values of its variables. */
    serverEffectiveValue(server: string): string
  }
}

export type Action<Arguments extends unknown[]> = (
  original: (...given: Arguments) => unknown,
  system: System,
) => (...given: Arguments) => unknown

export type WrapComponent<Props = Record<string, unknown>> = (
  Original: Component<Props>,
  system: System,
) => Component<Props>

/** The part of an OpenAPI document that the plugin reads and changes. */
export interface OpenApiDocument {
  paths?: Record<string, unknown>
  servers?: { url: string; variables?: Record<string, { default?: string } | undefined> }[]
  components?: { securitySchemes?: Record<string, SecurityScheme> }
}

interface SecurityScheme {
  type?: string
  flows?: Record<string, { tokenUrl?: string; refreshUrl?: string } | undefined>
}
