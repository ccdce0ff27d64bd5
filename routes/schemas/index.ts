import { AccountChange, AccountDeletion, NewUser, PasswordChange, User } from './account.ts'
import { Client, Clients, ClientWithSecret, NewClient } from './clients.ts'
import { Event, EventDetails, Events } from './events.ts'
import { AccountExport, HeldOneTimeToken, HeldMail, HeldSession } from './export.ts'
import { Invitation, InvitationAcceptance, Invitations, NewInvitation } from './invitations.ts'
import { Jwk, Jwks, KeyRotation, SigningKey, SigningKeys } from './keys.ts'
import { Metadata } from './metadata.ts'
import { FieldError, OAuthError, Problem } from './problem.ts'
import { EmailVerification, EmailVerificationRequest, PasswordReset, PasswordResetRequest } from './recovery.ts'
import { Session, Sessions } from './session.ts'
import { IntrospectionRequest, IntrospectionResponse, RevocationRequest, TokenRequest, TokenResponse } from './token.ts'
import { ManagedUser, ManagedUsers, UserChange } from './users.ts'

/** Every schema that the OpenAPI document names. */
export const shapes = [
  AccountChange,
  AccountDeletion,
  AccountExport,
  Client,
  Clients,
  ClientWithSecret,
  EmailVerification,
  EmailVerificationRequest,
  Event,
  EventDetails,
  Events,
  FieldError,
  HeldOneTimeToken,
  HeldMail,
  HeldSession,
  IntrospectionRequest,
  IntrospectionResponse,
  Invitation,
  InvitationAcceptance,
  Invitations,
  Jwk,
  Jwks,
  KeyRotation,
  ManagedUser,
  ManagedUsers,
  Metadata,
  NewClient,
  NewInvitation,
  NewUser,
  OAuthError,
  PasswordChange,
  PasswordReset,
  PasswordResetRequest,
  Problem,
  RevocationRequest,
  Session,
  Sessions,
  SigningKey,
  SigningKeys,
  TokenRequest,
  TokenResponse,
  User,
  UserChange,
]
