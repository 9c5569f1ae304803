import * as z from 'zod';
import type { ExecConfig } from '../../../guest-agent/contract/engine-types.ts';
import type { EngineClient, HijackedStream } from './connection/client.ts';
import { parseReply } from './connection/reply.ts';
import type { TerminalSize } from './containers.ts';

const createdExecSchema = z.looseObject({ Id: z.string() });

const execDetailsSchema = z.looseObject({
  Running: z.boolean(),
  /** Null while the command runs. */
  ExitCode: z.number().nullish(),
});

const pathOf = (id: string, verb: string) => `/exec/${encodeURIComponent(id)}/${verb}`;

/** POST /containers/{id}/exec: prepares a command in a running container; returns its ID. */
export async function createExec(
  client: EngineClient,
  container: string,
  config: ExecConfig,
): Promise<string> {
  const reply = await client.json('POST', `/containers/${encodeURIComponent(container)}/exec`, {
    body: config,
  });
  return parseReply(createdExecSchema, reply).Id;
}

/**
 * Starts the command with its streams attached. The caller owns the socket and ends it to end
 * stdin.
 */
export function startExec(
  client: EngineClient,
  id: string,
  options: { tty: boolean; size?: TerminalSize },
): Promise<HijackedStream> {
  const { tty, size } = options;
  return client.hijack(pathOf(id, 'start'), {
    body: {
      Detach: false,
      Tty: tty,
      ...(size ? { ConsoleSize: [size.rows, size.columns] } : {}),
    },
  });
}

/** Starts the command detached. */
export async function startExecDetached(
  client: EngineClient,
  id: string,
  options: { tty: boolean },
): Promise<void> {
  await client.json('POST', pathOf(id, 'start'), { body: { Detach: true, Tty: options.tty } });
}

export async function resizeExec(
  client: EngineClient,
  id: string,
  size: TerminalSize,
): Promise<void> {
  await client.json('POST', pathOf(id, 'resize'), { query: { h: size.rows, w: size.columns } });
}

export async function inspectExec(
  client: EngineClient,
  id: string,
): Promise<z.output<typeof execDetailsSchema>> {
  return parseReply(execDetailsSchema, await client.json('GET', pathOf(id, 'json')));
}
