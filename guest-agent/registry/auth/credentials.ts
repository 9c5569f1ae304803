import * as z from 'zod';
import { EngineError } from '../../errors.ts';

/**
 * The content of the `X-Registry-Auth` header and of `POST /auth`: one of the three kinds, or
 * nothing.
 */
export const credentialsSchema = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  /** An OAuth 2 refresh token. */
  identitytoken: z.string().optional(),
  /** A bearer token, sent unchanged. */
  registrytoken: z.string().optional(),
});

export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'refresh-token'; readonly token: string }
  | { readonly kind: 'bearer'; readonly token: string };

/**
 * Decodes `X-Registry-Auth`: JSON in base64url. Undefined for a missing or empty header. Throws
 * EngineError 'invalid'; the message never includes the content.
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

/** The kind of credentials that a client sent. Undefined without credentials. */
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
