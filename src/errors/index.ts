export { ApiError, type FieldError, invalidField, missingFields, notFound, unavailable } from './api-error.ts'
export { errorCatalogue, type ErrorCode } from './catalogue.ts'
export { StartError } from './start-error.ts'
