export { type FieldFault, missing, notFound, Refusal, StartError, unacceptable, unavailable } from './errors.ts'
