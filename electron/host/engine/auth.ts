import * as z from 'zod';
import type { EngineClient } from './connection/client.ts';
import { parseReply } from './connection/reply.ts';

/** Credentials in the engine's format (`AuthConfig` of the Engine API). */
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
 * POST /auth: checks credentials with a registry. Returns the identity token if the registry issued
 * one. Rejects with HostError 'engine' if the registry refuses them.
 */
export async function checkCredentials(
  client: EngineClient,
  auth: AuthConfig,
): Promise<string | undefined> {
  const reply = parseReply(repliedSchema, await client.json('POST', '/auth', { body: auth }));
  return reply?.IdentityToken || undefined;
}
