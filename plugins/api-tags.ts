/** The tags of the API in an OpenAPI document, in the order in which a newcomer needs them. */
export const apiTags = [
  { name: 'Sign-in', description: 'Register, sign in, refresh and sign out.' },
  { name: 'Account', description: 'Read and change your own account, and manage your sessions.' },
  { name: 'Second factors', description: 'Manage your authenticator apps, passkeys and recovery codes.' },
  { name: 'Recovery', description: 'Verify an e-mail address, or reset a password by e-mail.' },
  {
    name: 'Administration',
    description: 'Manage users, invitations, clients and signing keys, and read the audit log.',
  },
  { name: 'Token verification', description: 'Verify access tokens in other services.' },
]
