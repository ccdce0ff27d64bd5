/** Options of TypeScript beyond `strict` with which some generated clients do not compile. */
export const stricterOptions = ['erasableSyntaxOnly', 'exactOptionalPropertyTypes', 'verbatimModuleSyntax'] as const

/** What is known about a generator. Its program is in `programs/generators/NAME/`; the tests prove the rest. */
export interface Generator {
  name: string
  /** The package that generates. */
  package: string
  url: string
  /** The packages that the generated code needs. */
  needs: string[]
  /** The files that the command reads besides the document. They stand beside the program. */
  configuration?: string[]
  /** Its first example, for our document. */
  command: string
  /** What the command cannot do for this document, and the workaround. */
  shortcoming?: {
    what: string
    command: string
    /** What the compiler says about the program without the workaround. */
    error: RegExp
  }
  /** How the generated code encodes a sign-in. */
  signIn: 'form' | 'multipart' | 'JSON' | 'form, by your code'
  /** How a call reports an error, and where the error gets its type. */
  errors: 'returned, typed' | 'thrown, typed' | 'returned, declared by the caller' | 'thrown, declared by the caller'
  queryParameters?: 'by position'
  /** The stricter options with which its client does not compile. */
  failsWith?: (typeof stricterOptions)[number][]
  remarks?: string
}

export const generators: Generator[] = [
  {
    name: 'openapi-fetch',
    package: 'openapi-typescript',
    url: 'https://openapi-ts.dev',
    needs: ['openapi-fetch'],
    command: 'npx openapi-typescript openapi.json --output api.ts',
    signIn: 'form',
    errors: 'returned, typed',
    remarks: 'Set the header `content-type` of a form, or the body is JSON.',
  },
  {
    name: 'hey-api',
    package: '@hey-api/openapi-ts',
    url: 'https://heyapi.dev',
    needs: [],
    command: 'npx @hey-api/openapi-ts --input openapi.json --output api',
    signIn: 'form',
    errors: 'returned, typed',
    failsWith: ['exactOptionalPropertyTypes'],
  },
  {
    name: 'orval',
    package: 'orval',
    url: 'https://orval.dev',
    needs: ['axios'],
    command: 'npx orval --input openapi.json --output api.ts',
    signIn: 'form',
    errors: 'thrown, declared by the caller',
  },
  {
    name: 'swagger-typescript-api',
    package: 'swagger-typescript-api',
    url: 'https://github.com/acacode/swagger-typescript-api',
    needs: [],
    command: 'npx swagger-typescript-api generate --path openapi.json --output api',
    signIn: 'form',
    errors: 'thrown, declared by the caller',
    failsWith: ['erasableSyntaxOnly', 'exactOptionalPropertyTypes'],
    remarks: 'The generated code contains `// @ts-nocheck`, so that the compiler does not check it.',
  },
  {
    name: 'openapi-typescript-codegen',
    package: 'openapi-typescript-codegen',
    url: 'https://github.com/ferdikoomen/openapi-typescript-codegen',
    needs: [],
    command: 'npx openapi-typescript-codegen --input openapi.json --output api',
    signIn: 'multipart',
    errors: 'thrown, declared by the caller',
    queryParameters: 'by position',
    remarks: 'No longer maintained; its authors recommend @hey-api/openapi-ts.',
    failsWith: ['erasableSyntaxOnly'],
  },
  {
    name: 'oazapfts',
    package: 'oazapfts',
    url: 'https://github.com/oazapfts/oazapfts',
    needs: ['@oazapfts/runtime'],
    command: 'npx oazapfts openapi.json api.ts',
    signIn: 'form',
    errors: 'returned, typed',
    failsWith: ['exactOptionalPropertyTypes'],
  },
  {
    name: 'rtk-query',
    package: '@rtk-query/codegen-openapi',
    url: 'https://redux-toolkit.js.org/rtk-query/usage/code-generation',
    needs: ['@reduxjs/toolkit'],
    configuration: ['openapi-config.cjs', 'emptyApi.ts'],
    command: 'npx @rtk-query/codegen-openapi openapi-config.cjs',
    signIn: 'JSON',
    errors: 'returned, declared by the caller',
  },
  {
    name: 'kubb',
    package: '@kubb/cli',
    url: 'https://kubb.dev',
    needs: ['@kubb/core', '@kubb/plugin-oas', '@kubb/plugin-ts', '@kubb/plugin-client', 'axios'],
    configuration: ['kubb.config.ts'],
    command: 'npx kubb generate',
    signIn: 'form',
    errors: 'thrown, declared by the caller',
    remarks:
      'Version 5 has no `@kubb/plugin-client` yet. Sends telemetry unless `DO_NOT_TRACK=1` is set, and always asks ' +
      'the npm registry for a newer version.',
  },
  {
    name: 'openapi-zod-client',
    package: 'openapi-zod-client',
    url: 'https://github.com/astahmer/openapi-zod-client',
    needs: ['@zodios/core', 'axios', 'zod@3'],
    command: 'npx openapi-zod-client openapi.json --output api.ts',
    shortcoming: {
      what: 'It reads no errors of the type `application/problem+json`.',
      command: `npx openapi-zod-client openapi.json --output api.ts --media-type-expr "mediaType.endsWith('json')"`,
      error: /Property 'code' does not exist on type 'void'/,
    },
    signIn: 'form',
    errors: 'thrown, typed',
  },
  {
    name: 'ng-openapi-gen',
    package: 'ng-openapi-gen',
    url: 'https://github.com/cyclosproject/ng-openapi-gen',
    needs: ['@angular/common', '@angular/core', 'rxjs'],
    command: 'npx ng-openapi-gen --input openapi.json --output api',
    signIn: 'form',
    errors: 'thrown, declared by the caller',
    remarks: 'For Angular.',
    failsWith: ['erasableSyntaxOnly', 'exactOptionalPropertyTypes', 'verbatimModuleSyntax'],
  },
  {
    name: 'typed-openapi',
    package: 'typed-openapi',
    url: 'https://github.com/astahmer/typed-openapi',
    needs: [],
    command: 'npx typed-openapi openapi.json --output api.ts',
    signIn: 'form, by your code',
    errors: 'returned, typed',
    remarks: 'You write the function that sends requests.',
    failsWith: ['erasableSyntaxOnly'],
  },
  {
    name: 'openapi-client-axios',
    package: 'openapi-client-axios-typegen',
    url: 'https://openapistack.co/docs/openapi-client-axios/intro/',
    needs: ['openapi-client-axios', 'axios'],
    command: 'npx openapi-client-axios-typegen openapi.json > api.d.ts',
    signIn: 'JSON',
    errors: 'thrown, declared by the caller',
    remarks: 'Only types are generated; the client reads the document when it starts.',
  },
]
