import {
  auditLineSchema,
  type EngineAuditLine,
} from '../../../guest-agent/contract/endpoints/audit.ts';
import type { EngineClient } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { parseReply } from './connection/reply.ts';

/**
 * GET /audit, Berth's own endpoint: compares the engine's records with its files and the kernel's
 * state. Reads all image layers, which takes as long as the disk needs.
 */
export async function* auditEngine(
  client: EngineClient,
  signal: AbortSignal,
): AsyncGenerator<EngineAuditLine, void, undefined> {
  const response = await client.stream('GET', '/audit', { signal });
  for await (const line of readJsonLines(response)) yield parseReply(auditLineSchema, line);
}
