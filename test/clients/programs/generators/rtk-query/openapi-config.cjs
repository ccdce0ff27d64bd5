module.exports = {
  schemaFile: './openapi.json',
  apiFile: './emptyApi.ts',
  apiImport: 'emptyApi',
  outputFile: './api.ts',
  exportName: 'api',
}
