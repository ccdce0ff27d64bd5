/* Written by npm run generate from the OpenAPI document. */

export interface paths {
    "/auth/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Returns a page of users, newest first, that match all given filters. Users created after the first page was read do not appear on later pages. Among very many users, a page can contain fewer than `limit`, or none, before the last page.
         *
         *     Requires the scope `users:read`.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Register a new account
         * @description Creates an account and sends a verification e-mail to its e-mail address, if there is one. It does not sign the user in: continue with `POST …/token`.
         */
        post: operations["registerUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get your account
         * @description Returns the user that the access token belongs to. A token whose session has ended is rejected, and so is a token of a disabled user.
         */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your name or e-mail address
         * @description A change of the e-mail address requires your current password and sends a verification e-mail to the new address. A verified address is notified and stays in use until you have verified the new one, which is `pending_email` until then.
         */
        patch: operations["changeAccount"];
        trace?: never;
    };
    "/auth/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description Ends all your sessions, including this one, and starts a new session. Continue with the tokens in the response. You are notified by e-mail.
         */
        post: operations["changeAccountPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete your account
         * @description Permanently deletes your account, your sessions and all other data about you. Audit events remain, with your id only. Your username can never be used again.
         */
        post: operations["deleteAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your sessions
         * @description Returns the browsers and apps in which you are signed in, most recently used first. Each sign-in starts a session, which lasts until you sign out or it expires.
         */
        get: operations["listAccountSessions"];
        put?: never;
        post?: never;
        /**
         * Sign out everywhere else
         * @description Ends all your sessions except the current one. Their access tokens are rejected from the next request on.
         */
        delete: operations["endOtherAccountSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign out on one device
         * @description Ends one of your sessions. Its access tokens are rejected from the next request on.
         */
        delete: operations["endAccountSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the events of your account
         * @description Returns successful and failed sign-ins and all changes of your account, newest first. For changes by an administrator, the IP address and the device are omitted.
         */
        get: operations["listAccountEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export your data
         * @description Returns all data stored about you as one JSON file. Secrets, such as the hash of your password, are listed but not included.
         */
        get: operations["exportAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/reauthenticate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm that it is you
         * @description Renews the authentication of this session (RFC 9470). Call it after 401 `insufficient_user_authentication`, then repeat the request. The response contains another access token, whose `auth_time`, `amr` and `acr` are current; the previous one and the refresh token stay valid.
         */
        post: operations["reauthenticateAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your second factors
         * @description Returns your authenticator apps, your passkeys and the number of your recovery codes.
         */
        get: operations["getAccountFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add an authenticator app
         * @description Creates a secret for an authenticator app (TOTP, RFC 6238). The app has no effect until you have confirmed it with a code, within 15 minutes. An account can have five.
         */
        post: operations["createAccountTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/totp/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an authenticator app
         * @description From now on, a sign-in requires a code. The first second factor of an account ends all your other sessions and comes with recovery codes. You are notified by e-mail.
         */
        post: operations["verifyAccountTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/totp/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an authenticator app
         * @description Its codes are rejected from now on, and all your other sessions end. Removing the last second factor also deletes your recovery codes; then the password alone signs you in. You are notified by e-mail.
         */
        delete: operations["deleteAccountTotp"];
        options?: never;
        head?: never;
        /**
         * Rename an authenticator app
         * @description Changes the name by which you recognize the authenticator app.
         */
        patch: operations["changeAccountTotp"];
        trace?: never;
    };
    "/auth/users/me/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create options for a new passkey
         * @description Returns the options with which your browser creates a passkey (`navigator.credentials.create`). Then send its response to `POST /users/me/passkeys`, within five minutes.
         */
        post: operations["createAccountPasskeyOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a passkey
         * @description The passkey signs you in alone, or as the second factor after the password. The first second factor of an account ends all your other sessions and comes with recovery codes. You are notified by e-mail.
         */
        post: operations["createAccountPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/me/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a passkey
         * @description The passkey is rejected from now on, but stays on your device until you delete it there. All your other sessions end, and you are notified by e-mail. Removing the last second factor also deletes your recovery codes; then the password alone signs you in.
         */
        delete: operations["deleteAccountPasskey"];
        options?: never;
        head?: never;
        /**
         * Rename a passkey
         * @description Changes the name by which you recognize the passkey.
         */
        patch: operations["changeAccountPasskey"];
        trace?: never;
    };
    "/auth/users/me/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create new recovery codes
         * @description The previous ones are rejected from now on. You are notified by e-mail.
         */
        post: operations["createAccountRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create passkey options
         * @description Returns the options with which a browser uses a passkey (`navigator.credentials.get`). Then send its response to `POST /token` (`urn:latchkey:grant-type:passkey`), within five minutes. With an access token, the options are for `POST /users/me/reauthenticate`.
         */
        post: operations["createPasskeyOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in or refresh
         * @description Starts a session (`password`; with a second factor `urn:latchkey:grant-type:mfa`; with a passkey alone `urn:latchkey:grant-type:passkey`), continues it (`refresh_token`), or issues a token to a registered client itself (`client_credentials`). Use each refresh token only once: the response contains the next one. Only first-party apps should ask users for a password.
         */
        post: operations["issueToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the session of a refresh or access token (RFC 7009). All tokens of the session are rejected from the next request on. The response is the same for a token that is unknown, expired or already revoked.
         */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Introspect an access token
         * @description Returns whether an access token is valid now, and its scopes (RFC 7662). For an expired, revoked or unknown token, and for every refresh token, the response is `{"active": false}`.
         */
        post: operations["introspectToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the public keys for verifying access tokens
         * @description Returns a JWK Set (RFC 7517). Cache it for as long as `Cache-Control` allows: a new key is published well before it signs. With `ALGORITHM=HS256` the set is empty.
         */
        get: operations["getJwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the metadata of the authorization server
         * @description Returns the URLs and features that OAuth 2.0 libraries use to configure themselves (RFC 8414).
         */
        get: operations["getMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a password reset
         * @description If the account exists and has an e-mail address, a link that is valid for 30 minutes and a code that is valid for ten minutes are sent there. The response is always the same.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password-reset/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password
         * @description Send the token of the link, or your username and the code, from the reset e-mail; the page behind the link does the same. All your sessions end, and you are notified by e-mail. If your address was not verified until now, your second factors are removed as well.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/email-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request another verification e-mail
         * @description The first one is sent at registration and after a change of the e-mail address. If an address is waiting for verification, a link that is valid for a day and a code that is valid for ten minutes are sent there. The response is always the same.
         */
        post: operations["requestEmailVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/email-verification/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify your e-mail address
         * @description Send the token of the link or the code from the verification e-mail, with your access token or your password. A code without an access token also requires your username. The page behind the link does the same.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a user
         * @description Returns the user, with the number of their sessions and whether they are disabled or locked.
         *
         *     Requires the scope `users:read`.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Delete a user
         * @description Permanently deletes the account, its sessions and all other data about the user, who is notified by e-mail. Audit events remain, with the user’s id only. The username can never be used again.
         *
         *     Requires the scope `users:write`.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description Changes take effect from the user’s next request on. You must have all administration scopes of the user. Only users themselves can set a password: see `POST …/users/{id}/password-reset`.
         *
         *     Requires the scopes `users:read` and `users:write`.
         */
        patch: operations["changeUser"];
        trace?: never;
    };
    "/auth/users/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions of a user
         * @description Returns the browsers and apps in which the user is signed in, most recently used first.
         *
         *     Requires the scope `users:read`.
         */
        get: operations["listUserSessions"];
        put?: never;
        post?: never;
        /**
         * Sign a user out everywhere
         * @description Ends all sessions of the user. Their access tokens are rejected from the next request on.
         *
         *     Requires the scope `users:write`.
         */
        delete: operations["endUserSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlock a user
         * @description Resets the counters of wrong passwords for the user. A locked account accepts the right password again, and waiting times end.
         *
         *     Requires the scope `users:write`.
         */
        post: operations["unlockUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{id}/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a user a password reset e-mail
         * @description Sends the link and the code that users can also request themselves, at most three times per hour. The password stays valid until the user sets a new one.
         *
         *     Requires the scope `users:write`.
         */
        post: operations["startUserPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{id}/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove the second factors of a user
         * @description For a user who has lost them: removes all authenticator apps, passkeys and recovery codes, and ends all sessions. The password alone then signs the user in. The user is notified by e-mail.
         *
         *     Requires the scope `users:write`.
         */
        delete: operations["deleteUserFactors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{id}/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign a user out on one device
         * @description Ends one session of the user. Its access tokens are rejected from the next request on.
         *
         *     Requires the scope `users:write`.
         */
        delete: operations["endUserSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation
         * @description Creates an account with the token of an invitation link, which works once. This also verifies the e-mail address that the invitation was sent to. The page behind the link does the same.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the pending invitations
         * @description Returns a page of invitations that can still be accepted, newest first. Their links are only in the e-mails.
         *
         *     Requires the scope `users:read`.
         */
        get: operations["listInvitations"];
        put?: never;
        /**
         * Invite a user
         * @description Sends a link by e-mail with which the recipient chooses a username and a password, even when registration is closed. The link is valid for seven days, and only while you are enabled and have `users:write` and the administration scopes of the invitation.
         *
         *     Requires the scope `users:write`.
         */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw an invitation
         * @description The invitation’s link stops working at once.
         *
         *     Requires the scope `users:write`.
         */
        delete: operations["deleteInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign out all users
         * @description For emergencies. Ends all sessions except your own current one and those of users with administration scopes that you lack. Their access tokens are rejected from the next request on.
         *
         *     Requires the scope `users:write`.
         */
        delete: operations["endAllSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the events of the audit log
         * @description Returns a page of events, newest first, that match all given filters. An event records the actor, the user concerned, the IP address and the outcome. Events are kept for `EVENTS_KEEP_DAYS`.
         *
         *     Requires the scope `audit:read`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the registered clients
         * @description Returns a page of clients, oldest first, without their secrets.
         *
         *     Requires the scope `clients:write`.
         */
        get: operations["listClients"];
        put?: never;
        /**
         * Register a client
         * @description Registers a service that requests access tokens for itself (RFC 6749 4.4), introspects access tokens (RFC 7662), or both. Store the secret now: no other response contains it.
         *
         *     Requires the scope `clients:write`.
         */
        post: operations["registerClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/clients/{client_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a client
         * @description The client’s secret and its access tokens are rejected from the next request on.
         *
         *     Requires the scope `clients:write`.
         */
        delete: operations["deleteClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the signing keys
         * @description Returns every key that still verifies access tokens, with its stage. Keys rotate automatically.
         *
         *     Requires the scope `keys:write`.
         */
        get: operations["listKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the signing keys
         * @description Publishes the next key, unless one is already published. It starts signing twenty minutes later, when all verifiers have fetched it. In an emergency, `now` revokes all existing keys at once.
         *
         *     Requires the scope `keys:write`.
         */
        post: operations["rotateKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check whether the process is running
         * @description For a supervisor that restarts the process when there is no response.
         */
        get: operations["checkLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check whether the service is ready
         * @description For a load balancer. The service is ready while its database responds, until it has to stop.
         */
        get: operations["checkReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description The fields to change. Omitted fields stay unchanged.
         * @example {
         *       "name": "Ada King"
         *     }
         */
        AccountChange: {
            /** @description A display name; null removes it. */
            name?: string | null;
            /**
             * Format: email
             * @description A new e-mail address; null removes it. A verified address stays in use until the new one is verified.
             */
            email?: string | null;
            /**
             * Format: password
             * @description Required to change `email`.
             */
            current_password?: string;
            /** @description The URL of a page in your app. The page behind the e-mailed link leads there once the user is done. It must be exactly one of the URLs in the setting `REDIRECT_URLS`. */
            redirect_to?: string;
        };
        /**
         * @description Confirms that you want to delete the account.
         * @example {
         *       "current_password": "correct horse battery staple"
         *     }
         */
        AccountDeletion: {
            /** Format: password */
            current_password: string;
        };
        /**
         * @description All data stored about a user.
         * @example {
         *       "exported_at": "2026-11-25T18:20:00.000Z",
         *       "account": {
         *         "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *         "username": "ada",
         *         "name": "Ada Lovelace",
         *         "email": "ada@example.com",
         *         "email_verified": true,
         *         "pending_email": null,
         *         "scopes": [
         *           "posts:write"
         *         ],
         *         "created_at": "2026-11-23T09:30:00.000Z"
         *       },
         *       "scopes": [
         *         "posts:write"
         *       ],
         *       "updated_at": "2026-11-24T07:00:00.000Z",
         *       "signed_in_at": "2026-11-25T09:30:00.000Z",
         *       "password": "a hash, from which it cannot be read",
         *       "sessions": [
         *         {
         *           "id": "019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d",
         *           "client_id": "latchkey",
         *           "scope": "account posts:write",
         *           "address": "203.0.113.7",
         *           "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
         *           "device_id": "8c1f5d20a7e94b36",
         *           "created_at": "2026-11-23T09:30:00.000Z",
         *           "used_at": "2026-11-25T18:12:00.000Z",
         *           "expires_at": "2026-12-09T18:12:00.000Z",
         *           "authenticated_at": "2026-11-23T09:30:00.000Z",
         *           "amr": [
         *             "pwd",
         *             "otp",
         *             "mfa"
         *           ]
         *         }
         *       ],
         *       "totp": [
         *         {
         *           "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *           "name": "Phone",
         *           "created_at": "2026-11-29T11:20:00.000Z",
         *           "confirmed_at": "2026-11-29T11:20:30.000Z",
         *           "used_at": null
         *         }
         *       ],
         *       "passkeys": [
         *         {
         *           "id": "019ab0c4-5b0f-7a8b-9c5d-1e2f3a4b5c6d",
         *           "name": "Laptop",
         *           "authenticator": "Apple Passwords",
         *           "backed_up": true,
         *           "created_at": "2026-11-29T11:20:00.000Z",
         *           "used_at": null,
         *           "credential_id": "q8DJ0hX5c0yQWmFmZ0t1Zw",
         *           "public_key": "pQECAyYgASFYIA",
         *           "counter": 0,
         *           "aaguid": "fbfc3007-154e-4ecc-8c0b-6e020557d7bd",
         *           "transports": [
         *             "internal",
         *             "hybrid"
         *           ]
         *         }
         *       ],
         *       "recovery_codes_left": 10,
         *       "recovery_codes_created_at": "2026-11-29T11:20:30.000Z",
         *       "known_networks": [
         *         {
         *           "network": "203.0.113.7",
         *           "first_sign_in_at": "2026-11-23T09:30:00.000Z",
         *           "seen_at": "2026-11-25T09:30:00.000Z"
         *         }
         *       ],
         *       "one_time_tokens": [],
         *       "mails": [
         *         {
         *           "kind": "verify_email",
         *           "created_at": "2026-11-25T09:30:00.000Z",
         *           "sent_at": "2026-11-25T09:30:01.000Z"
         *         }
         *       ],
         *       "events": [
         *         {
         *           "id": "019ab0c4-5b11-7a2b-8c3d-4e5f6a7b8c9d",
         *           "created_at": "2026-11-25T18:12:00.000Z",
         *           "event": "signed_in",
         *           "outcome": "success",
         *           "user_id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *           "actor_type": "user",
         *           "actor_id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *           "address": "203.0.113.7",
         *           "device": "Firefox on Linux",
         *           "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
         *           "request_id": "7bf3bbf3-5c07-48ea-ac0a-5d579fc2896c",
         *           "details": {
         *             "session_id": "019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d",
         *             "factor": "password"
         *           }
         *         }
         *       ]
         *     }
         */
        AccountExport: {
            /**
             * Format: date-time
             * @description When the data was exported.
             */
            exported_at: string;
            account: components["schemas"]["User"];
            /** @description The scopes of the user, in addition to `account`. */
            scopes: string[];
            /**
             * Format: date-time
             * @description When the account was last changed.
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description The last sign-in.
             */
            signed_in_at: string | null;
            /** @description How the password is stored. */
            password: string;
            /** @description The sessions of the user. */
            sessions: components["schemas"]["HeldSession"][];
            /** @description The authenticator apps of the user. */
            totp: components["schemas"]["TotpDevice"][];
            /** @description The passkeys of the user. */
            passkeys: components["schemas"]["HeldPasskey"][];
            /**
             * Format: int32
             * @description The number of recovery codes that have not been used. Only their hashes are stored.
             */
            recovery_codes_left: number;
            /**
             * Format: date-time
             * @description When the recovery codes were created; null if there are none.
             */
            recovery_codes_created_at: string | null;
            /** @description The networks that the user has signed in from. */
            known_networks: components["schemas"]["HeldNetwork"][];
            /** @description Links and codes that were sent by e-mail and not used. */
            one_time_tokens: components["schemas"]["HeldOneTimeToken"][];
            /** @description The e-mails of the last day, and pending ones. */
            mails: components["schemas"]["HeldMail"][];
            /** @description The account’s events in the audit log. The IP address and device of an administrator are omitted. */
            events: components["schemas"]["AuditEvent"][];
        };
        /** @description Problem details (RFC 9457). */
        AccountTakenProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "username_taken" | "email_taken";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description An added passkey.
         * @example {
         *       "id": "019ab0c4-5b0f-7a8b-9c5d-1e2f3a4b5c6d",
         *       "name": "Laptop",
         *       "authenticator": "Apple Passwords",
         *       "backed_up": true,
         *       "created_at": "2026-11-29T11:20:00.000Z",
         *       "used_at": null,
         *       "recovery_codes": [
         *         "k3vq-7zt2-mx4p-a5hd",
         *         "w2nb-6ryc-uj7e-q4gs"
         *       ]
         *     }
         */
        AddedPasskey: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description The app or device that holds the passkey; null if it is unknown. */
            authenticator: string | null;
            /** @description Whether the passkey was synchronized with other devices when it was last used. */
            backed_up: boolean;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description The last use; null if there was none.
             */
            used_at: string | null;
            /** @description Ten recovery codes, if this is your first second factor. No other response contains them. */
            recovery_codes?: string[];
        };
        /**
         * @description An event of the audit log.
         * @example {
         *       "id": "019ab0c4-5b11-7a2b-8c3d-4e5f6a7b8c9d",
         *       "created_at": "2026-11-25T18:12:00.000Z",
         *       "event": "signed_in",
         *       "outcome": "success",
         *       "user_id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "actor_type": "user",
         *       "actor_id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "address": "203.0.113.7",
         *       "device": "Firefox on Linux",
         *       "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
         *       "request_id": "7bf3bbf3-5c07-48ea-ac0a-5d579fc2896c",
         *       "details": {
         *         "session_id": "019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d",
         *         "factor": "password"
         *       }
         *     }
         */
        AuditEvent: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            created_at: string;
            /**
             * @description The kind of event.
             * @enum {string}
             */
            event: "registered" | "signed_in" | "sign_in_failed" | "mfa_required" | "recovery_code_used" | "sign_in_throttled" | "signed_out" | "sessions_ended" | "refresh_token_reused" | "refresh_from_another_network" | "refresh_retried_late" | "reauthenticated" | "reauthentication_failed" | "account_locked" | "account_unlocked" | "second_factor_added" | "second_factor_removed" | "passkey_copied" | "second_factors_reset" | "recovery_codes_replaced" | "password_changed" | "password_reset_requested" | "password_reset" | "password_reset_failed" | "email_verification_requested" | "email_verified" | "email_verification_failed" | "email_rejected" | "email_changed" | "account_changed" | "account_exported" | "account_deleted" | "authorization_failed" | "user_created" | "user_disabled" | "user_enabled" | "scopes_changed" | "user_invited" | "invitation_accepted" | "invitation_withdrawn" | "users_imported" | "users_exported" | "client_created" | "client_deleted" | "client_authentication_failed" | "key_published" | "signing_keys_revoked" | "key_removed" | "keys_reset" | "backup_made" | "backup_restored";
            /** @enum {string} */
            outcome: "success" | "failure";
            /** @description The id of the user whose account the event concerns. */
            user_id: string | null;
            /** @description The kind of actor: `user`, `client`, `command` or `service`; null for an unknown caller. */
            actor_type: string | null;
            /** @description The id of the user or client that acted. */
            actor_id: string | null;
            /** @description The IP address of the request. */
            address: string | null;
            /** @description The browser or app and its operating system, from the User-Agent. */
            device: string | null;
            /** @description The User-Agent header of the request. */
            user_agent: string | null;
            /** @description The id of the request in the service’s log. */
            request_id: string | null;
            details: components["schemas"]["EventDetails"];
        };
        /**
         * @description A page of the audit log.
         * @example {
         *       "events": [
         *         {
         *           "id": "019ab0c4-5b11-7a2b-8c3d-4e5f6a7b8c9d",
         *           "created_at": "2026-11-25T18:12:00.000Z",
         *           "event": "signed_in",
         *           "outcome": "success",
         *           "user_id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *           "actor_type": "user",
         *           "actor_id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *           "address": "203.0.113.7",
         *           "device": "Firefox on Linux",
         *           "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
         *           "request_id": "7bf3bbf3-5c07-48ea-ac0a-5d579fc2896c",
         *           "details": {
         *             "session_id": "019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d",
         *             "factor": "password"
         *           }
         *         }
         *       ],
         *       "next": null
         *     }
         */
        AuditEvents: {
            /** @description The events, newest first. */
            events: components["schemas"]["AuditEvent"][];
            /** @description The `cursor` of the next page; null on the last page. */
            next: string | null;
        };
        /**
         * @description What the authenticator should support.
         * @example {
         *       "residentKey": "preferred",
         *       "requireResidentKey": false,
         *       "userVerification": "preferred"
         *     }
         */
        AuthenticatorSelection: {
            residentKey: string;
            requireResidentKey: boolean;
            userVerification: string;
        };
        /**
         * @description A registered client, without its secret.
         * @example {
         *       "client_id": "client_0l3pV9XhSDGbN1o2kq5s7Q",
         *       "client_name": "Billing",
         *       "grant_types": [
         *         "client_credentials"
         *       ],
         *       "scope": "invoices:write",
         *       "introspection": true,
         *       "created_at": "2026-11-23T09:30:00.000Z"
         *     }
         */
        Client: {
            /** @description The generated id of the client, which is never reused. */
            client_id: string;
            /** @description A display name. */
            client_name: string;
            /** @description The grant types that the client may use. */
            grant_types: "client_credentials"[];
            /** @description The scopes that the client’s own tokens may contain, separated by spaces. */
            scope: string;
            /** @description Whether the client may introspect tokens (RFC 7662). */
            introspection: boolean;
            /** Format: date-time */
            created_at: string;
        };
        /**
         * @description A page of registered clients.
         * @example {
         *       "clients": [
         *         {
         *           "client_id": "client_0l3pV9XhSDGbN1o2kq5s7Q",
         *           "client_name": "Billing",
         *           "grant_types": [
         *             "client_credentials"
         *           ],
         *           "scope": "invoices:write",
         *           "introspection": true,
         *           "created_at": "2026-11-23T09:30:00.000Z"
         *         }
         *       ],
         *       "next": null
         *     }
         */
        Clients: {
            /** @description The clients, oldest first. */
            clients: components["schemas"]["Client"][];
            /** @description The `cursor` of the next page; null on the last page. */
            next: string | null;
        };
        /**
         * @description The registered client, with its secret.
         * @example {
         *       "client_id": "client_0l3pV9XhSDGbN1o2kq5s7Q",
         *       "client_name": "Billing",
         *       "grant_types": [
         *         "client_credentials"
         *       ],
         *       "scope": "invoices:write",
         *       "introspection": true,
         *       "created_at": "2026-11-23T09:30:00.000Z",
         *       "client_secret": "cs_4Zb0x8hD5m3cQyK1sVtJwR7pLfN2aGeUuXoIi9HkB6E"
         *     }
         */
        ClientWithSecret: {
            /** @description The generated id of the client, which is never reused. */
            client_id: string;
            /** @description A display name. */
            client_name: string;
            /** @description The grant types that the client may use. */
            grant_types: "client_credentials"[];
            /** @description The scopes that the client’s own tokens may contain, separated by spaces. */
            scope: string;
            /** @description Whether the client may introspect tokens (RFC 7662). */
            introspection: boolean;
            /** Format: date-time */
            created_at: string;
            /** @description The secret. It is shown only once, since only its hash is stored. */
            client_secret: string;
        };
        /**
         * @description A confirmed authenticator app.
         * @example {
         *       "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "name": "Phone",
         *       "created_at": "2026-11-29T11:20:00.000Z",
         *       "confirmed_at": "2026-11-29T11:20:30.000Z",
         *       "used_at": null,
         *       "recovery_codes": [
         *         "k3vq-7zt2-mx4p-a5hd",
         *         "w2nb-6ryc-uj7e-q4gs"
         *       ]
         *     }
         */
        ConfirmedTotpDevice: {
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            confirmed_at: string;
            /**
             * Format: date-time
             * @description The last sign-in with a code; null if there was none.
             */
            used_at: string | null;
            /** @description Ten recovery codes, if this is your first second factor. No other response contains them. */
            recovery_codes?: string[];
        };
        /**
         * @description The passkey that `navigator.credentials.create` returned, as `toJSON` writes it.
         * @example {
         *       "id": "q8DJ0hX5c0yQWmFmZ0t1Zw",
         *       "rawId": "q8DJ0hX5c0yQWmFmZ0t1Zw",
         *       "type": "public-key",
         *       "response": {
         *         "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0",
         *         "attestationObject": "o2NmbXRkbm9uZQ",
         *         "transports": [
         *           "internal"
         *         ]
         *       }
         *     }
         */
        CreatedCredential: {
            /** @description The id of the passkey, in base64url. */
            id: string;
            /** @description The id of the passkey, in base64url. */
            rawId: string;
            /** @description Always `public-key`. */
            type: string;
            response: components["schemas"]["CreatedCredentialResponse"];
        };
        /**
         * @description What the authenticator returned when it created the passkey.
         * @example {
         *       "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0",
         *       "attestationObject": "o2NmbXRkbm9uZQ",
         *       "transports": [
         *         "internal"
         *       ]
         *     }
         */
        CreatedCredentialResponse: {
            /** @description The challenge and the origin that were signed, as JSON in base64url. */
            clientDataJSON: string;
            /** @description The public key and the model of the authenticator, in base64url. */
            attestationObject: string;
            /** @description How browsers can reach the authenticator. */
            transports?: string[];
        };
        /** @description Problem details (RFC 9457). */
        CurrentPasswordProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "wrong_password";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        EmailTakenProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "email_taken";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The token of the e-mailed link, or the e-mailed code.
         * @example {
         *       "username": "ada",
         *       "code": "12345678",
         *       "current_password": "correct horse battery staple"
         *     }
         */
        EmailVerification: {
            /**
             * Format: password
             * @description The part of the link after the `#`. Send either this or `code`.
             */
            token?: string;
            /**
             * Format: password
             * @description The eight digits from the e-mail.
             */
            code?: string;
            /** @description The username, or the e-mail address of an account without a username. Required with `code`, unless you send an access token. */
            username?: string;
            /**
             * Format: password
             * @description The password of the account. Required unless you send an access token.
             */
            current_password?: string;
        };
        /** @description Problem details (RFC 9457). */
        EmailVerificationProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "invalid_code" | "wrong_password";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The account with the e-mail address to verify.
         * @example {
         *       "username": "ada"
         *     }
         */
        EmailVerificationRequest: {
            /** @description The username, or the unverified e-mail address of the account. Not required with an access token. */
            username?: string;
            /** @description The URL of a page in your app. The page behind the e-mailed link leads there once the user is done. It must be exactly one of the URLs in the setting `REDIRECT_URLS`. */
            redirect_to?: string;
        };
        /**
         * @description Further details of an event. The fields depend on `event`.
         * @example {
         *       "session_id": "019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d",
         *       "factor": "password"
         *     }
         */
        EventDetails: {
            [key: string]: unknown;
        };
        /**
         * @description The second factors of an account.
         * @example {
         *       "totp": [
         *         {
         *           "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *           "name": "Phone",
         *           "created_at": "2026-11-29T11:20:00.000Z",
         *           "confirmed_at": "2026-11-29T11:20:30.000Z",
         *           "used_at": null
         *         }
         *       ],
         *       "passkeys": [
         *         {
         *           "id": "019ab0c4-5b0f-7a8b-9c5d-1e2f3a4b5c6d",
         *           "name": "Laptop",
         *           "authenticator": "Apple Passwords",
         *           "backed_up": true,
         *           "created_at": "2026-11-29T11:20:00.000Z",
         *           "used_at": null
         *         }
         *       ],
         *       "recovery_codes_left": 10,
         *       "required": false
         *     }
         */
        Factors: {
            /** @description The confirmed authenticator apps, oldest first. */
            totp: components["schemas"]["TotpDevice"][];
            /** @description The passkeys, oldest first. */
            passkeys: components["schemas"]["Passkey"][];
            /**
             * Format: int32
             * @description The number of recovery codes that have not been used.
             */
            recovery_codes_left: number;
            /** @description Whether your account must have a second factor (the setting `REQUIRE_SECOND_FACTOR`). Without one, you can only manage your own account. */
            required: boolean;
        };
        /**
         * @description An invalid field.
         * @example {
         *       "path": "/username",
         *       "message": "is required"
         *     }
         */
        FieldError: {
            /** @description A JSON pointer (RFC 6901) to the field. */
            path: string;
            /** @description A human-readable message that follows the name of the field. */
            message: string;
        };
        /**
         * @description The result of a successful health check.
         * @example {
         *       "status": "ok"
         *     }
         */
        Health: {
            /** @enum {string} */
            status: "ok";
        };
        /** @description An e-mail to the user. */
        HeldMail: {
            /** @description The kind of e-mail. */
            kind: string;
            /**
             * Format: date-time
             * @description When the e-mail was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the e-mail was sent; null if it was not.
             */
            sent_at: string | null;
        };
        /** @description A network that the user has signed in from. */
        HeldNetwork: {
            /** @description An IPv4 address or an IPv6 /64 network. */
            network: string;
            /**
             * Format: date-time
             * @description The first sign-in from this network; null if the account was only created or recovered from it.
             */
            first_sign_in_at: string | null;
            /**
             * Format: date-time
             * @description The last sign-in from this network.
             */
            seen_at: string;
        };
        /** @description A link and a code that were sent by e-mail. */
        HeldOneTimeToken: {
            /** @description The purpose of the link and the code. */
            purpose: string;
            /** @description The e-mail address that they were sent to. */
            email: string;
            /**
             * Format: date-time
             * @description When they were created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the link expires.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When the code expires.
             */
            code_expires_at: string;
            /**
             * Format: int32
             * @description The number of wrong codes entered.
             */
            attempts: number;
        };
        /** @description A passkey, with all data stored about it. */
        HeldPasskey: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description The app or device that holds the passkey; null if it is unknown. */
            authenticator: string | null;
            /** @description Whether the passkey was synchronized with other devices when it was last used. */
            backed_up: boolean;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description The last use; null if there was none.
             */
            used_at: string | null;
            /** @description The id that the authenticator chose. */
            credential_id: string;
            /** @description The public key (COSE) in base64url. */
            public_key: string;
            /**
             * Format: int64
             * @description The signature counter at the last use; 0 if the authenticator has none.
             */
            counter: number;
            /** @description The model of the authenticator. */
            aaguid: string;
            /** @description How browsers reach the authenticator. */
            transports: string[];
        };
        /** @description A session, with all data stored about it. */
        HeldSession: {
            /** Format: uuid */
            id: string;
            /** @description The client that the user signed in with. */
            client_id: string;
            /** @description The scopes granted at the sign-in, separated by spaces. */
            scope: string;
            /** @description The IP address of the last sign-in or refresh. */
            address: string | null;
            /** @description The User-Agent header at the sign-in. */
            user_agent: string | null;
            /** @description The id of the device in its `device_token`. */
            device_id: string | null;
            /**
             * Format: date-time
             * @description When the user signed in.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The last refresh, or the sign-in.
             */
            used_at: string;
            /**
             * Format: date-time
             * @description When the session ends.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When the user last authenticated in this session.
             */
            authenticated_at: string;
            /** @description How the user authenticated (RFC 8176). */
            amr: string[];
        };
        /** @description Problem details (RFC 9457). */
        InsufficientScopeProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "insufficient_scope";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        IntrospectionError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "invalid_request" | "unauthorized_client";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "unauthorized_client";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The access token to introspect (RFC 7662 2.1). Unknown fields are ignored. The same fields are accepted as `application/json` and `multipart/form-data`.
         * @example {
         *       "token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln"
         *     }
         */
        IntrospectionRequest: {
            /**
             * Format: password
             * @description The access token.
             */
            token: string;
            /**
             * @description Ignored.
             * @example
             */
            token_type_hint?: string;
            /**
             * @description The id of a registered client, here or in the Authorization header.
             * @example
             */
            client_id?: string;
            /**
             * Format: password
             * @description The secret of a registered client.
             * @example
             */
            client_secret?: string;
        };
        /**
         * @description The state of an access token (RFC 7662 2.2).
         * @example {
         *       "active": true,
         *       "scope": "account",
         *       "client_id": "latchkey",
         *       "username": "ada",
         *       "token_type": "bearer",
         *       "exp": 1764064800,
         *       "iat": 1764063900,
         *       "sub": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "aud": [
         *         "https://api.example.com/auth"
         *       ],
         *       "iss": "https://api.example.com/auth",
         *       "jti": "019ab0c4-5b10-7f5e-8a39-3b9d6cf4a3de",
         *       "sid": "019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d",
         *       "auth_time": 1764061200,
         *       "amr": [
         *         "pwd",
         *         "otp",
         *         "mfa"
         *       ],
         *       "acr": "aal2"
         *     }
         */
        IntrospectionResponse: {
            /** @description Whether the token is valid now. If false, all other fields are absent. */
            active: boolean;
            /** @description The scopes of the token that its user or client still has, separated by spaces. */
            scope?: string;
            /** @description The client that the token was issued to. */
            client_id?: string;
            /** @description Absent for a client’s own token and for a user without a username. */
            username?: string;
            /** @enum {string} */
            token_type?: "bearer";
            /**
             * Format: int64
             * @description When the token expires, in seconds since the epoch.
             */
            exp?: number;
            /**
             * Format: int64
             * @description When the token was issued, in seconds since the epoch.
             */
            iat?: number;
            /** @description The id of the user, or of the client for its own token. */
            sub?: string;
            /** @description The services that the token is for. */
            aud?: string[];
            /** @description The issuer of the token. */
            iss?: string;
            /** @description The id of the token. */
            jti?: string;
            /** @description The id of the session. Absent for a client’s own token. */
            sid?: string;
            /**
             * Format: int64
             * @description When the user last authenticated, in seconds since the epoch. Absent for a client’s own token.
             */
            auth_time?: number;
            /** @description How the user authenticated (RFC 8176): `pwd`, `otp`, with a passkey `hwk` or (if it can be synchronized) `swk` and `user` (if it verified the user), and `mfa` with several factors. */
            amr?: string[];
            /**
             * @description The level of assurance: `aal1` with one factor, `aal2` with several factors.
             * @enum {string}
             */
            acr?: "aal1" | "aal2";
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        InvalidClientError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "invalid_client";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_client";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        InvalidRequestProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        InvalidTokenProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_token";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description A pending invitation.
         * @example {
         *       "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "email": "grace@example.com",
         *       "name": "Grace Hopper",
         *       "scopes": [
         *         "posts:write"
         *       ],
         *       "inviter_type": "user",
         *       "inviter_id": "019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d",
         *       "created_at": "2026-11-23T09:30:00.000Z",
         *       "expires_at": "2026-11-30T09:30:00.000Z"
         *     }
         */
        Invitation: {
            /** Format: uuid */
            id: string;
            /** @description The recipient of the link; null for the link of the first administrator. */
            email: string | null;
            /** @description A display name. */
            name: string | null;
            /** @description The scopes of the new account, in addition to `account`. */
            scopes: string[];
            /** @description The kind of inviter: `user`, `client`, `command`, or `service` for the first administrator. */
            inviter_type: string | null;
            /** @description The id of the user or client that sent the invitation. */
            inviter_id: string | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When the link expires.
             */
            expires_at: string;
        };
        /**
         * @description The account to create.
         * @example {
         *       "token": "inv_AZqwxFsOfDqaVD9vDRwrOg",
         *       "username": "grace",
         *       "password": "correct horse battery staple"
         *     }
         */
        InvitationAcceptance: {
            /**
             * Format: password
             * @description The part of the link after the `#`.
             */
            token: string;
            /** @description 1 to 64 letters and digits of any script, `. _ - +`, and single spaces between them. Usernames that differ only in case or width are the same. With `USERNAMES=optional`, an account with an e-mail address needs no username. */
            username: string;
            /**
             * Format: password
             * @description At least 8 characters (or the operator’s minimum) and at most 256, of any kind. Common passwords are rejected, and so are passwords that are little more than the username, the e-mail address or the name of the service.
             */
            password: string;
            /** @description A display name. */
            name?: string;
            /**
             * Format: email
             * @description Only for an invitation without an e-mail address. It is unverified at first.
             */
            email?: string;
        };
        /** @description Problem details (RFC 9457). */
        InvitationAcceptanceProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "invalid_invitation" | "password_too_short" | "password_too_long" | "password_too_common" | "password_too_personal";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description A page of pending invitations.
         * @example {
         *       "invitations": [
         *         {
         *           "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *           "email": "grace@example.com",
         *           "name": "Grace Hopper",
         *           "scopes": [
         *             "posts:write"
         *           ],
         *           "inviter_type": "user",
         *           "inviter_id": "019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d",
         *           "created_at": "2026-11-23T09:30:00.000Z",
         *           "expires_at": "2026-11-30T09:30:00.000Z"
         *         }
         *       ],
         *       "next": null
         *     }
         */
        Invitations: {
            /** @description The invitations, newest first. */
            invitations: components["schemas"]["Invitation"][];
            /** @description The `cursor` of the next page; null on the last page. */
            next: string | null;
        };
        /**
         * @description A public key (RFC 7517).
         * @example {
         *       "kty": "EC",
         *       "crv": "P-256",
         *       "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         *       "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
         *       "kid": "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
         *       "alg": "ES256",
         *       "use": "sig"
         *     }
         */
        Jwk: {
            /** @description The type of the key. */
            kty: string;
            /** @description The id of the key in token headers: its thumbprint (RFC 7638). */
            kid: string;
            /** @description The signature algorithm. */
            alg: string;
            /** @enum {string} */
            use: "sig";
            /** @description The curve of an EC or OKP key. */
            crv?: string;
            /** @description The x coordinate of an EC key, or the whole OKP key. */
            x?: string;
            /** @description The y coordinate of an EC key. */
            y?: string;
            /** @description The modulus of an RSA key. */
            n?: string;
            /** @description The exponent of an RSA key. */
            e?: string;
        };
        /** @description The public keys (RFC 7517 5). */
        Jwks: {
            keys: components["schemas"]["Jwk"][];
        };
        /** @description Problem details (RFC 9457). */
        KeyInSettingsProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "key_in_settings";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description How to rotate the keys.
         * @example {
         *       "now": false
         *     }
         */
        KeyRotation: {
            /** @description For emergencies. Revokes all existing keys at once, and with them all access tokens. Sessions continue: clients refresh. Other services accept the revoked keys until their cached copy of the keys expires. */
            now?: boolean;
        };
        /** @description Problem details (RFC 9457). */
        LacksRightsProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "insufficient_scope" | "second_factor_required";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        LastAdministratorProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "last_administrator";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        LastSecondFactorProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "last_second_factor";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description A user, with details for administrators.
         * @example {
         *       "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "username": "ada",
         *       "name": "Ada Lovelace",
         *       "email": "ada@example.com",
         *       "email_verified": true,
         *       "pending_email": null,
         *       "scopes": [
         *         "posts:write"
         *       ],
         *       "created_at": "2026-11-23T09:30:00.000Z",
         *       "disabled": false,
         *       "locked": false,
         *       "second_factors": 1,
         *       "sessions": 2,
         *       "signed_in_at": "2026-11-25T18:12:00.000Z",
         *       "updated_at": "2026-11-24T07:00:00.000Z"
         *     }
         */
        ManagedUser: {
            /**
             * Format: uuid
             * @description A permanent id, which is never reused.
             */
            id: string;
            /** @description Absent for an account without a username, which `USERNAMES=optional` allows. */
            username: string;
            /** @description A display name. */
            name: string | null;
            email: string | null;
            /** @description Whether the user has proved ownership of `email`. */
            email_verified: boolean;
            /** @description A new e-mail address, which replaces `email` once it is verified. */
            pending_email: string | null;
            /** @description The scopes of the user, in addition to `account`. */
            scopes: string[];
            /** Format: date-time */
            created_at: string;
            /** @description Whether the user is disabled and cannot sign in. */
            disabled: boolean;
            /** @description Whether the account is locked on new devices and networks after too many wrong passwords. A password reset or an administrator unlocks it. */
            locked: boolean;
            /**
             * Format: int32
             * @description The number of second factors. If there is none, the password alone signs the user in.
             */
            second_factors: number;
            /**
             * Format: int32
             * @description The number of active sessions.
             */
            sessions: number;
            /**
             * Format: date-time
             * @description The last sign-in; null if there was none.
             */
            signed_in_at: string | null;
            /**
             * Format: date-time
             * @description When the account was last changed.
             */
            updated_at: string;
        };
        /**
         * @description A page of users.
         * @example {
         *       "users": [
         *         {
         *           "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *           "username": "ada",
         *           "name": "Ada Lovelace",
         *           "email": "ada@example.com",
         *           "email_verified": true,
         *           "pending_email": null,
         *           "scopes": [
         *             "posts:write"
         *           ],
         *           "created_at": "2026-11-23T09:30:00.000Z",
         *           "disabled": false,
         *           "locked": false,
         *           "second_factors": 1,
         *           "sessions": 2,
         *           "signed_in_at": "2026-11-25T18:12:00.000Z",
         *           "updated_at": "2026-11-24T07:00:00.000Z"
         *         }
         *       ],
         *       "next": "1764063900000.019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "total": 1742,
         *       "total_is_estimate": false
         *     }
         */
        ManagedUsers: {
            /** @description The users, newest first. */
            users: components["schemas"]["ManagedUser"][];
            /** @description The `cursor` of the next page; null on the last page. */
            next: string | null;
            /**
             * Format: int64
             * @description The number of matching users on all pages.
             */
            total: number;
            /** @description Whether `total` is an estimate, because counting so many users would take too long. */
            total_is_estimate: boolean;
        };
        /**
         * @description Authorization server metadata (RFC 8414).
         * @example {
         *       "issuer": "https://api.example.com/auth",
         *       "token_endpoint": "https://api.example.com/auth/token",
         *       "jwks_uri": "https://api.example.com/auth/jwks.json",
         *       "scopes_supported": [
         *         "account",
         *         "clients:write",
         *         "keys:write"
         *       ],
         *       "response_types_supported": [],
         *       "grant_types_supported": [
         *         "password",
         *         "urn:latchkey:grant-type:mfa",
         *         "urn:latchkey:grant-type:passkey",
         *         "refresh_token",
         *         "client_credentials"
         *       ],
         *       "acr_values_supported": [
         *         "aal1",
         *         "aal2"
         *       ],
         *       "token_endpoint_auth_methods_supported": [
         *         "none",
         *         "client_secret_basic",
         *         "client_secret_post"
         *       ],
         *       "revocation_endpoint": "https://api.example.com/auth/revoke",
         *       "revocation_endpoint_auth_methods_supported": [
         *         "none",
         *         "client_secret_basic",
         *         "client_secret_post"
         *       ],
         *       "introspection_endpoint": "https://api.example.com/auth/introspect",
         *       "introspection_endpoint_auth_methods_supported": [
         *         "client_secret_basic",
         *         "client_secret_post"
         *       ]
         *     }
         */
        Metadata: {
            /**
             * Format: uri
             * @description The `iss` of access tokens.
             */
            issuer: string;
            /**
             * Format: uri
             * @description Where to sign in and refresh.
             */
            token_endpoint: string;
            /**
             * Format: uri
             * @description The public keys. Absent with `ALGORITHM=HS256`.
             */
            jwks_uri?: string;
            /** @description The scopes of this API. The operator can define more. */
            scopes_supported: string[];
            /** @description Empty, since there is no authorization endpoint. */
            response_types_supported: string[];
            /** @description The supported values of `grant_type`. */
            grant_types_supported: string[];
            /** @description The values of `acr` in access tokens (RFC 9470 7), weakest first. */
            acr_values_supported: string[];
            /** @description How clients authenticate at the token endpoint. */
            token_endpoint_auth_methods_supported: string[];
            /**
             * Format: uri
             * @description Where to sign out (RFC 7009).
             */
            revocation_endpoint: string;
            /** @description How clients authenticate at the revocation endpoint. */
            revocation_endpoint_auth_methods_supported: string[];
            /**
             * Format: uri
             * @description Where to check access tokens (RFC 7662).
             */
            introspection_endpoint: string;
            /** @description How clients authenticate at the introspection endpoint. */
            introspection_endpoint_auth_methods_supported: string[];
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        MfaRequiredError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "mfa_required";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "mfa_required";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
            /** @description Send it with the second factor, within five minutes. */
            mfa_token: string;
            /** @description What can complete the sign-in. Send either kind of code as `otp`, a passkey as `credential`. */
            factors: ("totp" | "recovery_code" | "passkey")[];
            passkey_options?: components["schemas"]["PasskeyRequestOptions"];
            /**
             * Format: int32
             * @description If present, ask the user whether to skip the second factor on this device for this number of days, and send `remember_device` accordingly.
             */
            remember_device_days?: number;
        };
        /**
         * @description The client to register: for the client credentials grant, for introspection, or for both.
         * @example {
         *       "client_name": "Billing",
         *       "grant_types": [
         *         "client_credentials"
         *       ],
         *       "scope": "invoices:write",
         *       "introspection": true
         *     }
         */
        NewClient: {
            /** @description A display name. */
            client_name: string;
            /** @description The grant types that the client may use. */
            grant_types?: "client_credentials"[];
            /** @description The scopes that the client’s own tokens may contain, separated by spaces: administration scopes that you have yourself, and scopes that the operator defines, but never `account`. */
            scope?: string;
            /** @description Whether the client may introspect tokens (RFC 7662). */
            introspection?: boolean;
        };
        /**
         * @description The invitation to create.
         * @example {
         *       "email": "grace@example.com",
         *       "name": "Grace Hopper",
         *       "scopes": [
         *         "posts:write"
         *       ]
         *     }
         */
        NewInvitation: {
            /**
             * Format: email
             * @description The recipient of the link. Accepting the invitation verifies it.
             */
            email: string;
            /** @description A display name, which the recipient can change. */
            name?: string;
            /** @description The scopes of the new account, in addition to `account`: administration scopes that you have yourself, and scopes that the operator defines. */
            scopes?: string[];
            /** @description The URL of a page in your app. The page behind the e-mailed link leads there once the user is done. It must be exactly one of the URLs in the setting `REDIRECT_URLS`. */
            redirect_to?: string;
        };
        /** @description Problem details (RFC 9457). */
        NewInvitationProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "email_taken" | "already_invited";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The passkey to add. By default, it gets the name of its authenticator.
         * @example {
         *       "name": "Laptop",
         *       "credential": {
         *         "id": "q8DJ0hX5c0yQWmFmZ0t1Zw",
         *         "rawId": "q8DJ0hX5c0yQWmFmZ0t1Zw",
         *         "type": "public-key",
         *         "response": {
         *           "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0",
         *           "attestationObject": "o2NmbXRkbm9uZQ",
         *           "transports": [
         *             "internal"
         *           ]
         *         }
         *       }
         *     }
         */
        NewPasskey: {
            /** @description A name by which you recognize it, on one line. White space at its ends is ignored. */
            name?: string;
            credential: components["schemas"]["CreatedCredential"];
        };
        /**
         * @description The authenticator app to add. Its default name is "Authenticator app".
         * @example {
         *       "name": "Phone"
         *     }
         */
        NewTotpDevice: {
            /** @description A name by which you recognize it, on one line. White space at its ends is ignored. */
            name?: string;
        };
        /**
         * @description The account to create.
         * @example {
         *       "username": "ada",
         *       "password": "correct horse battery staple",
         *       "email": "ada@example.com",
         *       "name": "Ada Lovelace"
         *     }
         */
        NewUser: {
            /** @description 1 to 64 letters and digits of any script, `. _ - +`, and single spaces between them. Usernames that differ only in case or width are the same. With `USERNAMES=optional`, an account with an e-mail address needs no username. */
            username: string;
            /**
             * Format: password
             * @description At least 8 characters (or the operator’s minimum) and at most 256, of any kind. Common passwords are rejected, and so are passwords that are little more than the username, the e-mail address or the name of the service.
             */
            password: string;
            /** Format: email */
            email?: string;
            /** @description A display name. */
            name?: string;
            /** @description The URL of a page in your app. The page behind the e-mailed link leads there once the user is done. It must be exactly one of the URLs in the setting `REDIRECT_URLS`. */
            redirect_to?: string;
        };
        /** @description Problem details (RFC 9457). */
        NewUserProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "password_too_short" | "password_too_long" | "password_too_common" | "password_too_personal";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        NoSecondFactorProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "no_second_factor";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        NotFoundProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "not_found";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        NotRecentProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "not_authenticated" | "invalid_token" | "insufficient_user_authentication";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        OtpProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "invalid_otp";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        OwnAccountProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "own_account";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description A passkey.
         * @example {
         *       "id": "019ab0c4-5b0f-7a8b-9c5d-1e2f3a4b5c6d",
         *       "name": "Laptop",
         *       "authenticator": "Apple Passwords",
         *       "backed_up": true,
         *       "created_at": "2026-11-29T11:20:00.000Z",
         *       "used_at": null
         *     }
         */
        Passkey: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description The app or device that holds the passkey; null if it is unknown. */
            authenticator: string | null;
            /** @description Whether the passkey was synchronized with other devices when it was last used. */
            backed_up: boolean;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description The last use; null if there was none.
             */
            used_at: string | null;
        };
        /**
         * @description A signature algorithm of passkeys.
         * @example {
         *       "type": "public-key",
         *       "alg": -7
         *     }
         */
        PasskeyAlgorithm: {
            type: string;
            /**
             * Format: int32
             * @description A number of the COSE registry.
             */
            alg: number;
        };
        /**
         * @description A new name.
         * @example {
         *       "name": "Old laptop"
         *     }
         */
        PasskeyChange: {
            /** @description A name by which you recognize it, on one line. White space at its ends is ignored. */
            name: string;
        };
        /**
         * @description Options for `PublicKeyCredential.parseCreationOptionsFromJSON` (WebAuthn Level 3).
         * @example {
         *       "challenge": "AQGasMRbDnw6mlQ_bw0cKzoAAAAA",
         *       "rp": {
         *         "id": "example.com",
         *         "name": "Latchkey"
         *       },
         *       "user": {
         *         "id": "MDE5YWIwYzQtNWIwZS03YzNh",
         *         "name": "ada",
         *         "displayName": "Ada Lovelace"
         *       },
         *       "pubKeyCredParams": [
         *         {
         *           "type": "public-key",
         *           "alg": -7
         *         }
         *       ],
         *       "timeout": 300000,
         *       "attestation": "none",
         *       "excludeCredentials": [],
         *       "authenticatorSelection": {
         *         "residentKey": "preferred",
         *         "requireResidentKey": false,
         *         "userVerification": "preferred"
         *       },
         *       "extensions": {
         *         "credProps": true
         *       }
         *     }
         */
        PasskeyCreationOptions: {
            /** @description In base64url. It can be answered once, within five minutes. */
            challenge: string;
            rp: components["schemas"]["RelyingParty"];
            user: components["schemas"]["PasskeyUser"];
            /** @description The accepted algorithms, preferred ones first. */
            pubKeyCredParams: components["schemas"]["PasskeyAlgorithm"][];
            /**
             * Format: int32
             * @description In milliseconds.
             */
            timeout: number;
            attestation: string;
            /** @description The passkeys of the account, which are not created again. */
            excludeCredentials: components["schemas"]["PasskeyDescriptor"][];
            authenticatorSelection: components["schemas"]["AuthenticatorSelection"];
            extensions: components["schemas"]["PasskeyExtensions"];
        };
        /**
         * @description How a browser finds a passkey.
         * @example {
         *       "id": "q8DJ0hX5c0yQWmFmZ0t1Zw",
         *       "type": "public-key",
         *       "transports": [
         *         "internal"
         *       ]
         *     }
         */
        PasskeyDescriptor: {
            /** @description The id of the passkey, in base64url. */
            id: string;
            /** @description Always `public-key`. */
            type: string;
            /** @description How browsers can reach the authenticator. */
            transports?: string[];
        };
        /**
         * @description Extensions of WebAuthn.
         * @example {
         *       "credProps": true
         *     }
         */
        PasskeyExtensions: {
            credProps: boolean;
        };
        /** @description Problem details (RFC 9457). */
        PasskeyLimitProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "too_many_factors" | "passkeys_unavailable";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        PasskeyProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "invalid_passkey";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description Options for `PublicKeyCredential.parseRequestOptionsFromJSON` (WebAuthn Level 3).
         * @example {
         *       "challenge": "AQGasMRbDnw6mlQ_bw0cKzoAAAAA",
         *       "rpId": "example.com",
         *       "timeout": 300000,
         *       "userVerification": "required"
         *     }
         */
        PasskeyRequestOptions: {
            /** @description In base64url. It can be answered once, within five minutes. */
            challenge: string;
            /** @description The domain of the passkeys. */
            rpId: string;
            /**
             * Format: int32
             * @description In milliseconds.
             */
            timeout: number;
            /** @description `required`, `preferred` or `discouraged`. */
            userVerification: string;
            /** @description The passkeys that can be used. Absent if any can. */
            allowCredentials?: components["schemas"]["PasskeyDescriptor"][];
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        PasskeysUnavailableError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "invalid_request";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "passkeys_unavailable";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        PasskeysUnavailableProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "passkeys_unavailable";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The user of a passkey.
         * @example {
         *       "id": "MDE5YWIwYzQtNWIwZS03YzNh",
         *       "name": "ada",
         *       "displayName": "Ada Lovelace"
         *     }
         */
        PasskeyUser: {
            /** @description In base64url. */
            id: string;
            name: string;
            displayName: string;
        };
        /**
         * @description A new password.
         * @example {
         *       "current_password": "correct horse battery staple",
         *       "new_password": "seven green bottles on a wall"
         *     }
         */
        PasswordChange: {
            /** Format: password */
            current_password: string;
            /**
             * Format: password
             * @description At least 8 characters (or the operator’s minimum) and at most 256, of any kind. Common passwords are rejected, and so are passwords that are little more than the username, the e-mail address or the name of the service.
             */
            new_password: string;
        };
        /** @description Problem details (RFC 9457). */
        PasswordChangeProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "wrong_password" | "password_too_short" | "password_too_long" | "password_too_common" | "password_too_personal";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The new password, with either the token of the e-mailed link, or the username and the e-mailed code.
         * @example {
         *       "username": "ada",
         *       "code": "12345678",
         *       "new_password": "seven green bottles on a wall"
         *     }
         */
        PasswordReset: {
            /**
             * Format: password
             * @description The part of the link after the `#`. Send either this or `code`.
             */
            token?: string;
            /**
             * Format: password
             * @description The eight digits from the e-mail.
             */
            code?: string;
            /** @description The username or e-mail address of the account. Required with `code`. */
            username?: string;
            /**
             * Format: password
             * @description At least 8 characters (or the operator’s minimum) and at most 256, of any kind. Common passwords are rejected, and so are passwords that are little more than the username, the e-mail address or the name of the service.
             */
            new_password: string;
        };
        /** @description Problem details (RFC 9457). */
        PasswordResetProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "invalid_code" | "password_too_short" | "password_too_long" | "password_too_common" | "password_too_personal";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The account with the password to reset.
         * @example {
         *       "username": "ada"
         *     }
         */
        PasswordResetRequest: {
            /** @description The username, or the e-mail address if it is verified or the account has no username. If accounts share an address, the verified one is used, otherwise the oldest one without a username. */
            username: string;
            /** @description The URL of a page in your app. The page behind the e-mailed link leads there once the user is done. It must be exactly one of the URLs in the setting `REDIRECT_URLS`. */
            redirect_to?: string;
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        PayloadTooLargeError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "invalid_request";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "payload_too_large";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        PayloadTooLargeProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "payload_too_large";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        ProtectedUserProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "last_administrator" | "own_account";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description Proof that it is you: a code or a passkey if the account has a second factor, else the password.
         * @example {
         *       "otp": "123456"
         *     }
         */
        Reauthentication: {
            /**
             * Format: password
             * @description Required if the account has no second factor.
             */
            current_password?: string;
            /**
             * Format: password
             * @description A code from your authenticator app, or a recovery code. Required if the account has a second factor, unless `credential` is given.
             */
            otp?: string;
            credential?: components["schemas"]["UsedCredential"];
            /**
             * Format: password
             * @description The `device_token` of the last sign-in on this device. Wrong codes and passwords that others have sent do not lock a device that sends it.
             */
            device_token?: string;
        };
        /** @description Problem details (RFC 9457). */
        ReauthenticationProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "wrong_password" | "invalid_otp" | "otp_locked" | "unreadable_factors" | "invalid_passkey";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description New recovery codes. No other response contains them.
         * @example {
         *       "recovery_codes": [
         *         "k3vq-7zt2-mx4p-a5hd",
         *         "w2nb-6ryc-uj7e-q4gs"
         *       ]
         *     }
         */
        RecoveryCodes: {
            /** @description Ten codes. Each can be used once, as `otp`. */
            recovery_codes: string[];
        };
        /**
         * @description The service that a passkey is for.
         * @example {
         *       "id": "example.com",
         *       "name": "Latchkey"
         *     }
         */
        RelyingParty: {
            /** @description The domain of the passkeys. */
            id: string;
            name: string;
        };
        /**
         * @description An empty object.
         * @example {}
         */
        Revocation: Record<string, never>;
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        RevocationError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "invalid_request" | "invalid_grant" | "unsupported_token_type";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "invalid_grant" | "unsupported_token_type";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description A sign-out (RFC 7009 2.1). Unknown fields are ignored. The same fields are accepted as `application/json` and `multipart/form-data`.
         * @example {
         *       "token": "rt_AQGasMRbDnw6mlQ_bw0cKzoAAAAA"
         *     }
         */
        RevocationRequest: {
            /**
             * Format: password
             * @description The refresh token or an access token of the session.
             */
            token: string;
            /**
             * @description Ignored.
             * @example
             */
            token_type_hint?: string;
            /**
             * @description The id of a registered client, here or in the Authorization header. First-party apps omit it or send `latchkey`.
             * @example
             */
            client_id?: string;
            /**
             * Format: password
             * @description The secret of a registered client.
             * @example
             */
            client_secret?: string;
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        ServerError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "server_error";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "server_error";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        ServerProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "server_error";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description A session: a browser or app in which a user is signed in.
         * @example {
         *       "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "device": "Firefox on Windows",
         *       "address": "203.0.113.7",
         *       "created_at": "2026-11-23T09:30:00.000Z",
         *       "used_at": "2026-11-25T18:12:00.000Z",
         *       "expires_at": "2026-12-09T18:12:00.000Z",
         *       "authenticated_at": "2026-11-23T09:30:00.000Z",
         *       "amr": [
         *         "pwd",
         *         "otp",
         *         "mfa"
         *       ],
         *       "acr": "aal2",
         *       "current": true
         *     }
         */
        Session: {
            /** Format: uuid */
            id: string;
            /** @description The browser or app and its operating system, from the User-Agent. */
            device: string;
            /** @description The IP address of the last sign-in or refresh. */
            address: string | null;
            /**
             * Format: date-time
             * @description When the user signed in.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The last refresh, or the sign-in.
             */
            used_at: string;
            /**
             * Format: date-time
             * @description When the session ends unless it is refreshed. Each refresh extends it, up to a limit.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When the user last authenticated, which a refresh is not.
             */
            authenticated_at: string;
            /** @description How the user authenticated (RFC 8176): `pwd`, `otp`, with a passkey `hwk` or (if it can be synchronized) `swk` and `user` (if it verified the user), and `mfa` with several factors. */
            amr: string[];
            /**
             * @description The level of assurance: `aal1` with one factor, `aal2` with several factors.
             * @enum {string}
             */
            acr: "aal1" | "aal2";
            /** @description Whether this request belongs to the session. */
            current: boolean;
        };
        /** @description The active sessions of a user. */
        Sessions: {
            /** @description All active sessions, most recently used first. */
            sessions: components["schemas"]["Session"][];
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        SignInError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "invalid_grant" | "invalid_client";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_grant" | "invalid_client";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The state of a key that signs access tokens, without the key itself.
         * @example {
         *       "kid": "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
         *       "alg": "ES256",
         *       "stage": "signing",
         *       "created_at": "2026-11-23T09:30:00.000Z",
         *       "signs_at": "2026-11-23T09:50:00.000Z",
         *       "retires_at": null,
         *       "removed_at": null
         *     }
         */
        SigningKey: {
            /** @description The id of the key in token headers. */
            kid: string;
            /** @description The signature algorithm. */
            alg: string;
            /**
             * @description `published`: does not sign until all verifiers have fetched it. `signing`: signs new tokens. `retired`: only verifies the tokens that it has signed, until they have expired.
             * @enum {string}
             */
            stage: "published" | "signing" | "retired";
            /**
             * Format: date-time
             * @description When it was created; null for `SECRET_KEY`.
             */
            created_at: string | null;
            /**
             * Format: date-time
             * @description When it starts to sign; null for `SECRET_KEY`.
             */
            signs_at: string | null;
            /**
             * Format: date-time
             * @description When the next key starts to sign in its place; null if there is none.
             */
            retires_at: string | null;
            /**
             * Format: date-time
             * @description When it is removed: two hours after the last token that it signed has expired.
             */
            removed_at: string | null;
        };
        /** @description The signing keys. */
        SigningKeys: {
            /** @description The keys, oldest first. */
            keys: components["schemas"]["SigningKey"][];
        };
        /** @description Problem details (RFC 9457). */
        SignupClosedProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "signup_closed";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        SlowDownError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "slow_down";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "slow_down";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        SlowDownProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "slow_down";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        TemporarilyUnavailableError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "temporarily_unavailable";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "temporarily_unavailable";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        TemporarilyUnavailableProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "temporarily_unavailable";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description A sign-in (RFC 6749 4.3.2), a refresh (RFC 6749 6), or a client’s request for a token of its own (RFC 6749 4.4.2). Unknown fields are ignored. The same fields are accepted as `application/json` and `multipart/form-data`.
         * @example {
         *       "grant_type": "password",
         *       "username": "ada",
         *       "password": "correct horse battery staple"
         *     }
         */
        TokenRequest: {
            /**
             * @description The kind of request. Default: `password`.
             * @enum {string}
             */
            grant_type?: "password" | "urn:latchkey:grant-type:mfa" | "urn:latchkey:grant-type:passkey" | "refresh_token" | "client_credentials";
            /**
             * @description With `password`: the username, or a verified e-mail address.
             * @example ada
             */
            username?: string;
            /**
             * Format: password
             * @example correct horse battery staple
             */
            password?: string;
            /**
             * Format: password
             * @description With `urn:latchkey:grant-type:mfa`: the `mfa_token` of the response to the password.
             * @example
             */
            mfa_token?: string;
            /**
             * Format: password
             * @description A passkey, as the JSON text of the response of `navigator.credentials.get`. With `urn:latchkey:grant-type:passkey`, its options come from `POST /passkey/options`; with `urn:latchkey:grant-type:mfa`, from `passkey_options` of the response to the password.
             * @example
             */
            credential?: string;
            /**
             * Format: password
             * @description With `refresh_token`: the latest refresh token of the session.
             * @example
             */
            refresh_token?: string;
            /**
             * Format: password
             * @description A code from the user’s authenticator app, or a recovery code. With `password`, it is needed only if the account has a second factor.
             * @example
             */
            otp?: string;
            /**
             * Format: password
             * @description The `device_token` from the last sign-in on this device. With `password`, the failed attempts of others do not delay or lock this device, and a remembered device needs no second factor. With `refresh_token`, a refresh whose response was lost can be repeated for a day.
             * @example
             */
            device_token?: string;
            /**
             * @description With `true`, the `device_token` of the response replaces the second factor on this device for `REMEMBER_SECOND_FACTOR_DAYS`. Let the user choose, since a computer may be shared.
             * @example false
             * @enum {string}
             */
            remember_device?: "true" | "false";
            /**
             * @description The requested scopes, separated by spaces. Default: at a sign-in, all of the user’s scopes except administration scopes; at a refresh, the scopes of the session.
             * @example
             */
            scope?: string;
            /**
             * @description The id of a registered client, here or in the Authorization header. First-party apps omit it or send `latchkey`.
             * @example
             */
            client_id?: string;
            /**
             * Format: password
             * @description The secret of a registered client.
             * @example
             */
            client_secret?: string;
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        TokenRequestError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "invalid_request" | "unsupported_grant_type" | "invalid_scope" | "unauthorized_client" | "invalid_grant";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "invalid_request" | "unsupported_grant_type" | "invalid_scope" | "second_factor_required" | "unauthorized_client" | "invalid_grant" | "email_not_verified" | "invalid_otp" | "otp_locked" | "unreadable_factors" | "invalid_passkey" | "invalid_mfa_token";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The issued tokens (RFC 6749 5.1).
         * @example {
         *       "access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln",
         *       "token_type": "bearer",
         *       "expires_in": 900,
         *       "refresh_token": "rt_AQGasMRbDnw6mlQ_bw0cKzoAAAAA",
         *       "device_token": "dt_AQGasMRbDnw6mlQ_bw0cKzoAAAAA",
         *       "scope": "account"
         *     }
         */
        TokenResponse: {
            /** @description A JWT (RFC 9068). */
            access_token: string;
            /** @enum {string} */
            token_type: "bearer";
            /**
             * Format: int64
             * @description The lifetime of the access token in seconds.
             */
            expires_in: number;
            /** @description Exchange it once for the next tokens. Absent in the response to `client_credentials`. */
            refresh_token?: string;
            /** @description Only at a sign-in. Keep it on the device, even after sign-out, and send it with the next sign-in. It grants no access. */
            device_token?: string;
            /** @description The granted scopes, separated by spaces. */
            scope: string;
        };
        /** @description Problem details (RFC 9457). */
        TooManyFactorsProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "too_many_factors";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description Proof that the authenticator app has the secret.
         * @example {
         *       "otp": "123456"
         *     }
         */
        TotpConfirmation: {
            /**
             * Format: password
             * @description A code from the authenticator app.
             */
            otp: string;
        };
        /**
         * @description A confirmed authenticator app.
         * @example {
         *       "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "name": "Phone",
         *       "created_at": "2026-11-29T11:20:00.000Z",
         *       "confirmed_at": "2026-11-29T11:20:30.000Z",
         *       "used_at": null
         *     }
         */
        TotpDevice: {
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            confirmed_at: string;
            /**
             * Format: date-time
             * @description The last sign-in with a code; null if there was none.
             */
            used_at: string | null;
        };
        /**
         * @description A new name.
         * @example {
         *       "name": "Old phone"
         *     }
         */
        TotpDeviceChange: {
            /** @description A name by which you recognize it, on one line. White space at its ends is ignored. */
            name: string;
        };
        /**
         * @description An authenticator app to be confirmed. No other response contains its secret.
         * @example {
         *       "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "name": "Phone",
         *       "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
         *       "uri": "otpauth://totp/Latchkey:ada?issuer=Latchkey&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30",
         *       "qr_code": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 490 490\"></svg>",
         *       "created_at": "2026-11-29T11:20:00.000Z"
         *     }
         */
        TotpSecret: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description The secret in base32, to type into the app. */
            secret: string;
            /**
             * Format: uri
             * @description The secret as an `otpauth` URI, to open on the phone.
             */
            uri: string;
            /** @description The URI as a QR code to scan: an SVG image. */
            qr_code: string;
            /** Format: date-time */
            created_at: string;
        };
        /** @description Problem details (RFC 9457). */
        UnauthenticatedProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "not_authenticated" | "invalid_token";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        UnreachableUserProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "no_email" | "user_disabled";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description An error of an OAuth 2.0 endpoint (RFC 6749 5.2). */
        UnsupportedMediaTypeError: {
            /**
             * @description The error code of RFC 6749 5.2.
             * @enum {string}
             */
            error: "invalid_request";
            /** @description A human-readable message. It may change. */
            error_description: string;
            /** @description The same message as `error_description`, under the name that other errors use. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "unsupported_media_type";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Problem details (RFC 9457). */
        UnsupportedMediaTypeProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "unsupported_media_type";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
        /**
         * @description The passkey that `navigator.credentials.get` returned, as `toJSON` writes it.
         * @example {
         *       "id": "q8DJ0hX5c0yQWmFmZ0t1Zw",
         *       "rawId": "q8DJ0hX5c0yQWmFmZ0t1Zw",
         *       "type": "public-key",
         *       "response": {
         *         "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
         *         "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4",
         *         "signature": "MEUCIQDx",
         *         "userHandle": "MDE5YWIwYzQtNWIwZS03YzNh"
         *       }
         *     }
         */
        UsedCredential: {
            /** @description The id of the passkey, in base64url. */
            id: string;
            /** @description The id of the passkey, in base64url. */
            rawId: string;
            /** @description Always `public-key`. */
            type: string;
            response: components["schemas"]["UsedCredentialResponse"];
        };
        /**
         * @description What the authenticator returned when it used the passkey.
         * @example {
         *       "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
         *       "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4",
         *       "signature": "MEUCIQDx",
         *       "userHandle": "MDE5YWIwYzQtNWIwZS03YzNh"
         *     }
         */
        UsedCredentialResponse: {
            /** @description The challenge and the origin that were signed, as JSON in base64url. */
            clientDataJSON: string;
            /** @description What the authenticator signed, in base64url. */
            authenticatorData: string;
            /** @description The signature, in base64url. */
            signature: string;
            /** @description The user whom the authenticator knows, in base64url. */
            userHandle?: string;
        };
        /**
         * @description A user.
         * @example {
         *       "id": "019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a",
         *       "username": "ada",
         *       "name": "Ada Lovelace",
         *       "email": "ada@example.com",
         *       "email_verified": true,
         *       "pending_email": null,
         *       "scopes": [
         *         "posts:write"
         *       ],
         *       "created_at": "2026-11-23T09:30:00.000Z"
         *     }
         */
        User: {
            /**
             * Format: uuid
             * @description A permanent id, which is never reused.
             */
            id: string;
            /** @description Absent for an account without a username, which `USERNAMES=optional` allows. */
            username: string;
            /** @description A display name. */
            name: string | null;
            email: string | null;
            /** @description Whether the user has proved ownership of `email`. */
            email_verified: boolean;
            /** @description A new e-mail address, which replaces `email` once it is verified. */
            pending_email: string | null;
            /** @description The scopes of the user, in addition to `account`. */
            scopes: string[];
            /** Format: date-time */
            created_at: string;
        };
        /**
         * @description The fields to change. Omitted fields stay unchanged.
         * @example {
         *       "scopes": [
         *         "posts:write"
         *       ],
         *       "disabled": false
         *     }
         */
        UserChange: {
            /** @description A display name; null removes it. */
            name?: string | null;
            /**
             * Format: email
             * @description A new e-mail address; null removes it. It is unverified until its owner opens the link in the verification e-mail. The previous address is notified.
             */
            email?: string | null;
            /** @description All scopes of the user except `account`, which every user has. You can grant and remove only administration scopes that you have yourself, and all scopes that the operator defines. */
            scopes?: string[];
            /** @description Disables the user: all sessions end, and links and codes that were sent become invalid. */
            disabled?: boolean;
        };
        /** @description Problem details (RFC 9457). */
        UsernameTakenProblem: {
            /** @example about:blank */
            type: string;
            /** @description The name of the status. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A human-readable message. It may change. */
            detail: string;
            /**
             * @description The stable code of the error, for programs.
             * @enum {string}
             */
            code: "username_taken";
            /** @description The invalid fields, if any. */
            errors?: components["schemas"]["FieldError"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listUsers: {
        parameters: {
            query?: {
                /** @description Part of the username, display name or e-mail address. Case is ignored. A text of one or two characters matches the beginning only. */
                search?: string;
                /** @description Only disabled users (`true`) or enabled ones (`false`). */
                disabled?: boolean;
                /** @description Only users with (`true`) or without (`false`) a verified e-mail address. */
                email_verified?: boolean;
                /** @description Only users with this scope. */
                scope?: string;
                /** @description Only users who are (`true`) or are not (`false`) locked on new devices. */
                locked?: boolean;
                /** @description Only users with (`true`) or without (`false`) a second factor. */
                has_second_factor?: boolean;
                /** @description Only users created at or after this time. */
                created_since?: string;
                /** @description Only users created before this time. */
                created_until?: string;
                /** @description Only users whose last sign-in was at or after this time. */
                signed_in_since?: string;
                /** @description Only users whose last sign-in was before this time, or who have never signed in. */
                signed_in_until?: string;
                /** @description The maximum number of items. */
                limit?: number;
                /** @description The value of `next` from the previous page. Omit it to get the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedUsers"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    registerUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description The account was created. */
            201: {
                headers: {
                    /** @description The URL of the account. Sign in to read it. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description The request is invalid (`invalid_request`), or the password is rejected (`password_too_short`, `password_too_long`, `password_too_common`, `password_too_personal`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "username is required.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/username",
                     *           "message": "is required"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NewUserProblem"];
                };
            };
            /** @description Registration is closed (`signup_closed`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "Registration is closed. Ask an administrator for an invitation.",
                     *       "code": "signup_closed"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SignupClosedProblem"];
                };
            };
            /** @description An account has, or had, this username (`username_taken`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The username is already taken. Choose another one.",
                     *       "code": "username_taken",
                     *       "errors": [
                     *         {
                     *           "path": "/username",
                     *           "message": "is taken"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UsernameTakenProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    changeAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChange"];
            };
        };
        responses: {
            /** @description The changed account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description The request is invalid (`invalid_request`), or the password is wrong (`wrong_password`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "The password is wrong. Check it and try again.",
                     *       "code": "wrong_password",
                     *       "errors": [
                     *         {
                     *           "path": "/current_password",
                     *           "message": "is wrong"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["CurrentPasswordProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the account has a second factor that was not used within the last 15 minutes (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    changeAccountPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description The password was changed. These are the tokens of the new session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            /** @description The request is invalid (`invalid_request`), the current password is wrong (`wrong_password`), or the new password is rejected (`password_too_short`, `password_too_long`, `password_too_common`, `password_too_personal`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "The password is wrong. Check it and try again.",
                     *       "code": "wrong_password",
                     *       "errors": [
                     *         {
                     *           "path": "/current_password",
                     *           "message": "is wrong"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PasswordChangeProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the account has a second factor that was not used within the last 15 minutes (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountDeletion"];
            };
        };
        responses: {
            /** @description The account was deleted. */
            204: {
                headers: {
                    /** @description The data of this origin that the browser clears, by the setting `CLEAR_SITE_DATA`. */
                    "Clear-Site-Data"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`), or the password is wrong (`wrong_password`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "The password is wrong. Check it and try again.",
                     *       "code": "wrong_password",
                     *       "errors": [
                     *         {
                     *           "path": "/current_password",
                     *           "message": "is wrong"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["CurrentPasswordProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the account has a second factor that was not used within the last 15 minutes (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description This is the last enabled user with the scope `users:write` (`last_administrator`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "This is the last enabled user with the scope users:write. Grant the scope to another user first.",
                     *       "code": "last_administrator"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LastAdministratorProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    listAccountSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    endOtherAccountSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The other sessions have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    endAccountSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the session. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    /** @description The data of this origin that the browser clears, by the setting `CLEAR_SITE_DATA`. */
                    "Clear-Site-Data"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description You have no such session (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such session.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    listAccountEvents: {
        parameters: {
            query?: {
                /** @description The maximum number of items. */
                limit?: number;
                /** @description The value of `next` from the previous page. Omit it to get the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEvents"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your data. */
            200: {
                headers: {
                    /** @description A file name for the download. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountExport"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    reauthenticateAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reauthentication"];
            };
        };
        responses: {
            /** @description The authentication was renewed. This is another access token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            /** @description The request is invalid (`invalid_request`), the password is wrong (`wrong_password`), the code is wrong or was already used (`invalid_otp`), codes are locked (`otp_locked`) or can no longer be verified (`unreadable_factors`), or the passkey was rejected (`invalid_passkey`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "The code is wrong or was already used. Enter the next one.",
                     *       "code": "invalid_otp",
                     *       "errors": [
                     *         {
                     *           "path": "/otp",
                     *           "message": "is wrong or was already used"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ReauthenticationProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token belongs to a client (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "This operation requires the access token of a user, not of a client.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description Passkeys are unavailable, since the service has an IP address (`passkeys_unavailable`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "Passkeys are unavailable, because this service has an IP address instead of a domain. Use the password and an authenticator app.",
                     *       "code": "passkeys_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PasskeysUnavailableProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    getAccountFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your second factors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Factors"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    createAccountTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTotpDevice"];
            };
        };
        responses: {
            /** @description The secret was created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpSecret"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description The account has five authenticator apps (`too_many_factors`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "You have 5 authenticator apps, the maximum. Remove one first.",
                     *       "code": "too_many_factors"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TooManyFactorsProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    verifyAccountTotp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the authenticator app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpConfirmation"];
            };
        };
        responses: {
            /** @description The authenticator app was confirmed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmedTotpDevice"];
                };
            };
            /** @description The request is invalid (`invalid_request`), or the code is wrong (`invalid_otp`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "The code is wrong or was already used. Enter the next one.",
                     *       "code": "invalid_otp",
                     *       "errors": [
                     *         {
                     *           "path": "/otp",
                     *           "message": "is wrong or was already used"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["OtpProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description You have no such authenticator app to confirm, or 15 minutes have passed (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such authenticator app.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    deleteAccountTotp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the authenticator app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The authenticator app was removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description You have no such authenticator app (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such authenticator app.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description The account must have a second factor, and this is the last one (`last_second_factor`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "This account needs a second factor, and this is the last one. Add another one first.",
                     *       "code": "last_second_factor"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LastSecondFactorProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    changeAccountTotp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the authenticator app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpDeviceChange"];
            };
        };
        responses: {
            /** @description The authenticator app was renamed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpDevice"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description You have no such authenticator app (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such authenticator app.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    createAccountPasskeyOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The options. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyCreationOptions"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description Passkeys are unavailable, since the service has an IP address (`passkeys_unavailable`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "Passkeys are unavailable, because this service has an IP address instead of a domain. Use the password and an authenticator app.",
                     *       "code": "passkeys_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PasskeysUnavailableProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    createAccountPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description The passkey was added. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedPasskey"];
                };
            };
            /** @description The request is invalid (`invalid_request`), or the passkey is invalid or already registered, or its challenge was used or has expired (`invalid_passkey`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "This passkey was rejected. Try again, or use another one.",
                     *       "code": "invalid_passkey",
                     *       "errors": [
                     *         {
                     *           "path": "/credential",
                     *           "message": "was rejected"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PasskeyProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description The account has ten passkeys (`too_many_factors`), or passkeys are unavailable (`passkeys_unavailable`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "You have 10 passkeys, the maximum. Remove one first.",
                     *       "code": "too_many_factors"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PasskeyLimitProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    deleteAccountPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the passkey. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The passkey was removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description You have no such passkey (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such passkey.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description The account must have a second factor, and this is the last one (`last_second_factor`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "This account needs a second factor, and this is the last one. Add another one first.",
                     *       "code": "last_second_factor"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LastSecondFactorProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    changeAccountPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the passkey. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyChange"];
            };
        };
        responses: {
            /** @description The passkey was renamed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description You have no such passkey (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such passkey.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    createAccountRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recovery codes were created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description The account has no second factor (`no_second_factor`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "Recovery codes require a second factor. Add an authenticator app or a passkey first.",
                     *       "code": "no_second_factor"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NoSecondFactorProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    createPasskeyOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The options. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyRequestOptions"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The request has an access token, and it is invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidTokenProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description Passkeys are unavailable, since the service has an IP address (`passkeys_unavailable`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "Passkeys are unavailable, because this service has an IP address instead of a domain. Use the password and an authenticator app.",
                     *       "code": "passkeys_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PasskeysUnavailableProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    issueToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The issued tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            /** @description The request is invalid (`invalid_request`, `unsupported_grant_type`), a scope is not available (`invalid_scope`; with the code `second_factor_required` because the account needs one), the client is not allowed to use the grant type (`unauthorized_client`), the refresh token is invalid or its session has ended (`invalid_grant`), the e-mail address is not verified (`invalid_grant` with the code `email_not_verified`), the code of the second factor is wrong or was already used (`invalid_otp`), codes are locked (`otp_locked`) or can no longer be verified (`unreadable_factors`), the passkey was rejected (`invalid_passkey`), or the `mfa_token` has expired (`invalid_mfa_token`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "password is required.",
                     *       "detail": "password is required.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/password",
                     *           "message": "is required"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TokenRequestError"];
                };
            };
            /** @description The username or the password is wrong (`invalid_grant`), or the client is unknown or its secret is wrong (`invalid_client`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_grant",
                     *       "error_description": "Incorrect username or password",
                     *       "detail": "Incorrect username or password",
                     *       "code": "invalid_grant"
                     *     }
                     */
                    "application/json": components["schemas"]["SignInError"];
                };
            };
            /** @description The password is correct, and the account has a second factor (`mfa_required`). The request has none, or codes are locked and one is not enough. Continue with the grant type `urn:latchkey:grant-type:mfa`, the `mfa_token` and a code or a passkey. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "mfa_required",
                     *       "error_description": "The password is correct. Continue with your second factor.",
                     *       "detail": "The password is correct. Continue with your second factor.",
                     *       "code": "mfa_required",
                     *       "mfa_token": "mt_1.c2VhbGVk",
                     *       "factors": [
                     *         "totp",
                     *         "recovery_code"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["MfaRequiredError"];
                };
            };
            /** @description Passkeys are unavailable, since the service has an IP address (`passkeys_unavailable`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "Passkeys are unavailable, because this service has an IP address instead of a domain. Use the password and an authenticator app.",
                     *       "detail": "Passkeys are unavailable, because this service has an IP address instead of a domain. Use the password and an authenticator app.",
                     *       "code": "passkeys_unavailable"
                     *     }
                     */
                    "application/json": components["schemas"]["PasskeysUnavailableError"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "The request body is too large.",
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/json": components["schemas"]["PayloadTooLargeError"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/json": components["schemas"]["UnsupportedMediaTypeError"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "slow_down",
                     *       "error_description": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/json": components["schemas"]["SlowDownError"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "server_error",
                     *       "error_description": "An unexpected error occurred and has been logged. Try again later.",
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/json": components["schemas"]["ServerError"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "temporarily_unavailable",
                     *       "error_description": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/json": components["schemas"]["TemporarilyUnavailableError"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["RevocationRequest"];
            };
        };
        responses: {
            /** @description The session has ended. */
            200: {
                headers: {
                    /** @description The data of this origin that the browser clears, by the setting `CLEAR_SITE_DATA`. */
                    "Clear-Site-Data"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revocation"];
                };
            };
            /** @description The request is invalid (`invalid_request`), the token belongs to another client (`invalid_grant`), or it is a client’s own token, which cannot be revoked (`unsupported_token_type`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "token is required.",
                     *       "detail": "token is required.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/token",
                     *           "message": "is required"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RevocationError"];
                };
            };
            /** @description The client is unknown or its secret is wrong (`invalid_client`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_client",
                     *       "error_description": "The client is unknown or its secret is wrong. First-party apps omit client_id and client_secret.",
                     *       "detail": "The client is unknown or its secret is wrong. First-party apps omit client_id and client_secret.",
                     *       "code": "invalid_client"
                     *     }
                     */
                    "application/json": components["schemas"]["InvalidClientError"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "The request body is too large.",
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/json": components["schemas"]["PayloadTooLargeError"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/json": components["schemas"]["UnsupportedMediaTypeError"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "server_error",
                     *       "error_description": "An unexpected error occurred and has been logged. Try again later.",
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/json": components["schemas"]["ServerError"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "temporarily_unavailable",
                     *       "error_description": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/json": components["schemas"]["TemporarilyUnavailableError"];
                };
            };
        };
    };
    introspectToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["IntrospectionRequest"];
            };
        };
        responses: {
            /** @description The state of the token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntrospectionResponse"];
                };
            };
            /** @description The request is invalid (`invalid_request`), or the client is not registered for introspection (`unauthorized_client`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "token is required.",
                     *       "detail": "token is required.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/token",
                     *           "message": "is required"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IntrospectionError"];
                };
            };
            /** @description The client is unknown or its secret is wrong (`invalid_client`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_client",
                     *       "error_description": "The client is unknown or its secret is wrong. First-party apps omit client_id and client_secret.",
                     *       "detail": "The client is unknown or its secret is wrong. First-party apps omit client_id and client_secret.",
                     *       "code": "invalid_client"
                     *     }
                     */
                    "application/json": components["schemas"]["InvalidClientError"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "The request body is too large.",
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/json": components["schemas"]["PayloadTooLargeError"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_request",
                     *       "error_description": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/json": components["schemas"]["UnsupportedMediaTypeError"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "server_error",
                     *       "error_description": "An unexpected error occurred and has been logged. Try again later.",
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/json": components["schemas"]["ServerError"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "temporarily_unavailable",
                     *       "error_description": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/json": components["schemas"]["TemporarilyUnavailableError"];
                };
            };
        };
    };
    getJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public keys. */
            200: {
                headers: {
                    /** @description How long the keys may be cached. */
                    "Cache-Control"?: string;
                    /** @description The value for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Jwks"];
                };
            };
            /** @description The keys have not changed. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    getMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metadata"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetRequest"];
            };
        };
        responses: {
            /** @description The request was accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description The password was set. Sign in with it. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`), the link or code is invalid or has expired (`invalid_code`), or the password is rejected (`password_too_short`, `password_too_long`, `password_too_common`, `password_too_personal`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "This link or code is invalid or has expired. Request a new one.",
                     *       "code": "invalid_code"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PasswordResetProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    requestEmailVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailVerificationRequest"];
            };
        };
        responses: {
            /** @description The request was accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The request has an access token, and it is invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidTokenProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailVerification"];
            };
        };
        responses: {
            /** @description The e-mail address is verified. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`), the link or code is invalid or has expired (`invalid_code`), or the password is wrong (`wrong_password`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "This link or code is invalid or has expired. Request a new one.",
                     *       "code": "invalid_code"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["EmailVerificationProblem"];
                };
            };
            /** @description The request has an access token, and it is invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidTokenProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope account. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InsufficientScopeProblem"];
                };
            };
            /** @description Another account has verified the e-mail address in the meantime (`email_taken`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "Another account already uses this e-mail address. Use a different one.",
                     *       "code": "email_taken"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["EmailTakenProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description There were too many attempts (`slow_down`). Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "detail": "Too many attempts. Wait 8 seconds, then try again.",
                     *       "code": "slow_down"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["SlowDownProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedUser"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user was deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the user’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The user has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description This is the last enabled user with the scope `users:write` (`last_administrator`), or your own account (`own_account`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "This is the last enabled user with the scope users:write. Grant the scope to another user first.",
                     *       "code": "last_administrator"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProtectedUserProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    changeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description The changed user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedUser"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the user’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The user has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description This is the last enabled user with the scope `users:write` (`last_administrator`), or you tried to change your own e-mail address here (`own_account`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "This is the last enabled user with the scope users:write. Grant the scope to another user first.",
                     *       "code": "last_administrator"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProtectedUserProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    listUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    endUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the user’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The user has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    unlockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is unlocked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the user’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The user has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    startUserPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The e-mail is queued, unless the hourly limit is reached. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the user’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The user has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description The user has no e-mail address (`no_email`), or is disabled (`user_disabled`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The user has no e-mail address. Add one first.",
                     *       "code": "no_email"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnreachableUserProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    deleteUserFactors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user has no second factor. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the user’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The user has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description This is your own account (`own_account`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "This is your own account. Change its e-mail address with PATCH /users/me, remove its second factors (see /users/me/factors), or delete the account with POST /users/me/delete.",
                     *       "code": "own_account"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["OwnAccountProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    endUserSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                id: string;
                /** @description The id of the session. */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the user’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The user has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The user does not exist or has no such session (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such user.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationAcceptance"];
            };
        };
        responses: {
            /** @description The account was created. */
            201: {
                headers: {
                    /** @description The URL of the account. Sign in to read it. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description The request is invalid (`invalid_request`), the invitation is invalid or has expired (`invalid_invitation`), or the password is rejected (`password_too_short`, `password_too_long`, `password_too_common`, `password_too_personal`). */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "This invitation is invalid or has expired. Ask the person who invited you for a new one.",
                     *       "code": "invalid_invitation"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvitationAcceptanceProblem"];
                };
            };
            /** @description The username is taken (`username_taken`), or another account has verified the e-mail address in the meantime (`email_taken`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The username is already taken. Choose another one.",
                     *       "code": "username_taken",
                     *       "errors": [
                     *         {
                     *           "path": "/username",
                     *           "message": "is taken"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["AccountTakenProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description The maximum number of items. */
                limit?: number;
                /** @description The value of `next` from the previous page. Omit it to get the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of invitations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitations"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    createInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description The invitation was created and its e-mail is queued. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the invitation’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The invitation has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description An account has verified the e-mail address (`email_taken`), or there is already an invitation for it (`already_invited`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "An invitation for this e-mail address already exists. Withdraw it before you create a new one.",
                     *       "code": "already_invited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NewInvitationProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    deleteInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the invitation. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitation was withdrawn. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the invitation’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The invitation has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The invitation does not exist, was accepted or has expired (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such invitation.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    endAllSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description The kind of event. */
                event?: "registered" | "signed_in" | "sign_in_failed" | "mfa_required" | "recovery_code_used" | "sign_in_throttled" | "signed_out" | "sessions_ended" | "refresh_token_reused" | "refresh_from_another_network" | "refresh_retried_late" | "reauthenticated" | "reauthentication_failed" | "account_locked" | "account_unlocked" | "second_factor_added" | "second_factor_removed" | "passkey_copied" | "second_factors_reset" | "recovery_codes_replaced" | "password_changed" | "password_reset_requested" | "password_reset" | "password_reset_failed" | "email_verification_requested" | "email_verified" | "email_verification_failed" | "email_rejected" | "email_changed" | "account_changed" | "account_exported" | "account_deleted" | "authorization_failed" | "user_created" | "user_disabled" | "user_enabled" | "scopes_changed" | "user_invited" | "invitation_accepted" | "invitation_withdrawn" | "users_imported" | "users_exported" | "client_created" | "client_deleted" | "client_authentication_failed" | "key_published" | "signing_keys_revoked" | "key_removed" | "keys_reset" | "backup_made" | "backup_restored";
                outcome?: "success" | "failure";
                /** @description The user whose account the event concerns. */
                user_id?: string;
                /** @description The user or client that acted. */
                actor_id?: string;
                /** @description An IP address, or a network such as `192.0.2.0/24`. */
                address?: string;
                /** @description Only events at or after this time. */
                since?: string;
                /** @description Only events before this time. */
                until?: string;
                /** @description The maximum number of items. */
                limit?: number;
                /** @description The value of `next` from the previous page. Omit it to get the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEvents"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    listClients: {
        parameters: {
            query?: {
                /** @description The maximum number of items. */
                limit?: number;
                /** @description The value of `next` from the previous page. Omit it to get the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clients"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    registerClient: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewClient"];
            };
        };
        responses: {
            /** @description The client was registered. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientWithSecret"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the client’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The client has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    deleteClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the client. */
                client_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client was deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope, or one of the client’s administration scopes (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The client has administration scopes that the access token lacks.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The client does not exist (`not_found`). */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "detail": "There is no such client.",
                     *       "code": "not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signing keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKeys"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "Could not validate credentials",
                     *       "code": "invalid_token"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    rotateKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            /** @description The signing keys after the rotation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKeys"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has not authenticated within the last 15 minutes, with the second factor if the account has one (`insufficient_user_authentication`, RFC 9470). */
            401: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "detail": "This requires a recent sign-in. Confirm that it is you, or sign in again.",
                     *       "code": "insufficient_user_authentication"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["NotRecentProblem"];
                };
            };
            /** @description The access token lacks a required scope (`insufficient_scope`), or the account needs a second factor (`second_factor_required`). */
            403: {
                headers: {
                    /** @description How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1). */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "detail": "The access token lacks the scope users:read. Request a token with the scope.",
                     *       "code": "insufficient_scope"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["LacksRightsProblem"];
                };
            };
            /** @description The signing key is the setting `SECRET_KEY`, with `ALGORITHM=HS256` (`key_in_settings`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "With ALGORITHM=HS256, tokens are signed with the setting SECRET_KEY. To rotate it, set a new SECRET_KEY and move the previous one to SECRET_KEY_PREVIOUS, unless it has leaked.",
                     *       "code": "key_in_settings"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["KeyInSettingsProblem"];
                };
            };
            /** @description The request body is too large (`payload_too_large`). */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Payload Too Large",
                     *       "status": 413,
                     *       "detail": "The request body is too large.",
                     *       "code": "payload_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["PayloadTooLargeProblem"];
                };
            };
            /** @description The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`). */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "detail": "The content type of the request body is not supported. Accepted types: application/json, application/x-www-form-urlencoded.",
                     *       "code": "unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    checkLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is running. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
    checkReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service is ready. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The request is invalid (`invalid_request`). `errors` names the invalid fields. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "detail": "color is not a known field.",
                     *       "code": "invalid_request",
                     *       "errors": [
                     *         {
                     *           "path": "/color",
                     *           "message": "is not a known field"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description An unexpected error occurred and has been logged (`server_error`). */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Internal Server Error",
                     *       "status": 500,
                     *       "detail": "An unexpected error occurred and has been logged. Try again later.",
                     *       "code": "server_error"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ServerProblem"];
                };
            };
            /** @description The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The service is temporarily unavailable. Try again in a few seconds.",
                     *       "code": "temporarily_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["TemporarilyUnavailableProblem"];
                };
            };
        };
    };
}
