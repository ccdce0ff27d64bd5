import owaspRuleset from '@stoplight/spectral-owasp-ruleset'
import rulesets from '@stoplight/spectral-rulesets'

const owasp = owaspRuleset.default ?? owaspRuleset

/** Applies a rule to the fields of this type in requests. A limit in a response would protect no one. */
const inRequests = (name, type) => ({
  [name]: {
    ...owasp.rules[name],
    given: [
      `$.paths[*][*].requestBody.content[*].schema..[?(@ && @.type=="${type}")]`,
      `$.paths[*][*].parameters[*].schema[?(@property=="type" && @=="${type}")]^`,
    ],
  },
})

/** Switches rules off for these places. */
const except = (rules, ...pointers) => ({
  files: pointers.map((pointer) => `*#${pointer}`),
  rules: Object.fromEntries(rules.map((rule) => [rule, 'off'])),
})

const operation = (method, path) => `/paths/${path.replaceAll('/', '~1')}/${method}`

const forEveryone = except(
  ['owasp:api2:2023-read-restricted', 'owasp:api2:2023-write-restricted', 'owasp:api8:2023-define-error-responses-401'],
  ...[
    // Users have no access token yet.
    operation('post', '/auth/users'),
    operation('post', '/auth/token'),
    operation('post', '/auth/password-reset'),
    operation('post', '/auth/password-reset/confirm'),
    operation('post', '/auth/invitations/accept'),
    // RFC 7009: the token in the body is enough.
    operation('post', '/auth/revoke'),
    // RFC 7517 and RFC 8414 are public.
    operation('get', '/auth/jwks.json'),
    operation('get', '/auth/.well-known/oauth-authorization-server'),
    // Load balancers and supervisors have no access token.
    operation('get', '/health/live'),
    operation('get', '/health/ready'),
  ].flatMap((pointer) => [`${pointer}/security`, `${pointer}/responses`]),
)

export default {
  extends: [
    [rulesets.oas, 'recommended'],
    [owasp, 'recommended'],
  ],
  rules: {
    // Without servers, clients use the URL of the document. With `/`, some request `//auth/token`.
    'oas3-api-servers': 'off',
    // The contact is the operator, whom the document does not know.
    'info-contact': 'off',
    // The suite compares every response with the document, so statuses that an operation never has are not in it.
    'owasp:api4:2023-rate-limit-responses-429': 'off',
    // A header with the remaining attempts would help an attacker. 429 has `Retry-After`.
    'owasp:api4:2023-rate-limit': 'off',
    // Depends on the setting CORS_ORIGINS.
    'owasp:api8:2023-define-cors-origin': 'off',
    // Tokens follow RFC 8725, but the rule wants these words in a text that users read when they sign in.
    'owasp:api2:2023-jwt-best-practices': 'off',
    // Names and passwords are free text of any script. Control characters are rejected in every string.
    'owasp:api4:2023-string-restricted': 'off',
    ...inRequests('owasp:api4:2023-string-limit', 'string'),
    ...inRequests('owasp:api4:2023-array-limit', 'array'),
    ...inRequests('owasp:api4:2023-integer-limit', 'integer'),
    ...inRequests('owasp:api4:2023-integer-limit-legacy', 'integer'),
  },
  overrides: [
    forEveryone,
    // RFC 6749 4.4.3: clients get no refresh token.
    except(
      ['owasp:api2:2023-short-lived-access-tokens'],
      '/components/securitySchemes/latchkeyClientCredentials/flows/clientCredentials',
    ),
    // RFC 6749 2.3.1: a confidential client may authenticate with its secret of 256 bits.
    except(['owasp:api2:2023-no-http-basic'], '/components/securitySchemes/latchkeyClient/scheme'),
    // In a response, and its fields depend on the event.
    except(['owasp:api3:2023-no-additionalProperties'], '/components/schemas/EventDetails/additionalProperties'),
  ],
}
