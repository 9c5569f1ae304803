import * as z from 'zod';
import type { EngineClient } from './connection/client.ts';
import { parseReply } from './connection/reply.ts';

/** Credentials as the engine takes them (`AuthConfig` of the Engine API). */
export interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

const repliedSchema = z
  .looseObject({ Status: z.string().optional(), IdentityToken: z.string().optional() })
  .optional();

/**
 * POST /auth: whether a registry takes these credentials. Answers the identity token that it gave
 * out instead of the password, if it did. Rejects with HostError 'engine' when it does not.
 */
export async function checkCredentials(
  client: EngineClient,
  auth: AuthConfig,
): Promise<string | undefined> {
  const reply = parseReply(repliedSchema, await client.json('POST', '/auth', { body: auth }));
  return reply?.IdentityToken || undefined;
}
