import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query'
import { baseUrl } from '../app'

export const session: { accessToken?: string } = {}

export const emptyApi = createApi({
  baseQuery: fetchBaseQuery({
    baseUrl,
    prepareHeaders: (headers) => {
      if (session.accessToken !== undefined) headers.set('authorization', `Bearer ${session.accessToken}`)
    },
  }),
  endpoints: () => ({}),
})
