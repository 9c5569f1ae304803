import * as z from 'zod';
import { EngineError } from '../../errors.ts';

/** What the `X-Registry-Auth` header and `POST /auth` carry: one of the three kinds, or nothing. */
export const credentialsSchema = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  /** An OAuth 2 refresh token. */
  identitytoken: z.string().optional(),
  /** A bearer token, to be used as it is. */
  registrytoken: z.string().optional(),
});

export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'refresh-token'; readonly token: string }
  | { readonly kind: 'bearer'; readonly token: string };

/**
 * Decodes `X-Registry-Auth`: JSON in base64url. Undefined for an absent or empty one. Throws
 * EngineError 'invalid'; the message never holds the content.
 */
export function parseCredentials(header: string | undefined): Credentials | undefined {
  if (header === undefined || header === '') return undefined;
  let document: z.infer<typeof credentialsSchema>;
  try {
    document = credentialsSchema.parse(
      JSON.parse(Buffer.from(header, 'base64url').toString('utf8')),
    );
  } catch {
    throw new EngineError('invalid', 'invalid X-Registry-Auth header');
  }
  return credentialsOf(document);
}

/** The kind of credentials that a client gave; undefined when none. */
export function credentialsOf({
  username,
  password,
  identitytoken,
  registrytoken,
}: z.infer<typeof credentialsSchema>): Credentials | undefined {
  if (registrytoken) return { kind: 'bearer', token: registrytoken };
  if (identitytoken) return { kind: 'refresh-token', token: identitytoken };
  if (username) return { kind: 'password', username, password: password ?? '' };
  return undefined;
}
