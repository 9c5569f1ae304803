import { setTimeout as delay } from 'node:timers/promises';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { readFrames } from '../engine/connection/stream-frames.ts';
import { waitContainer } from '../engine/containers.ts';
import { containerLogs } from '../engine/logs.ts';

/**
 * Resolves when a started container has run for `trial` milliseconds; rejects with its last log
 * lines if it exits earlier.
 */
export async function staysUp(client: EngineClient, id: string, trial: number): Promise<void> {
  const over = new AbortController();
  try {
    const { exitCode } = await waitContainer(client, id, 'not-running', over.signal);
    const code = await Promise.race([
      exitCode,
      delay(trial, undefined, { signal: over.signal, ref: false }),
    ]);
    if (code === undefined) return;
    throw new HostError('engine', `The new container exited immediately with code ${code}`, {
      hint: `Berth restored the old container. The new container's log ends with: ${await lastWords(client, id)}`,
    });
  } finally {
    over.abort();
  }
}

async function lastWords(client: EngineClient, id: string): Promise<string> {
  const { body, raw } = await containerLogs(client, id, { tail: '3' });
  let text = '';
  if (raw) for await (const data of body) text += data;
  else for await (const { data } of readFrames(body)) text += data;
  return text.trim() || 'nothing';
}
