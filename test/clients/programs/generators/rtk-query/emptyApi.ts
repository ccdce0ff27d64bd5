import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query'

export const session: { accessToken?: string } = {}

export const emptyApi = createApi({
  baseQuery: fetchBaseQuery({
    baseUrl: 'http://localhost:3000',
    prepareHeaders: (headers) => {
      if (session.accessToken !== undefined) headers.set('authorization', `Bearer ${session.accessToken}`)
    },
  }),
  endpoints: () => ({}),
})
