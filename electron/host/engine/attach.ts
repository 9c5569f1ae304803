import type { EngineClient, HijackedStream } from './connection/client.ts';

export interface AttachOptions {
  readonly stdin?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  /** Replay the existing log before the live stream. */
  readonly logs?: boolean;
  /** Key sequence that ends the attachment, as in `ctrl-p,ctrl-q`. */
  readonly detachKeys?: string;
}

/**
 * POST /containers/{id}/attach. Attaching before the start misses no output. The caller owns the
 * socket.
 */
export function attachContainer(
  client: EngineClient,
  id: string,
  options: AttachOptions,
): Promise<HijackedStream> {
  return client.hijack(`/containers/${encodeURIComponent(id)}/attach`, {
    query: { stream: true, ...options },
  });
}
