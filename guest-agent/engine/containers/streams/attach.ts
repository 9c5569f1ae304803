import type { Duplex } from 'node:stream';
import { writeTo } from '../../../contract/stream-flow.ts';
import type { Attachment } from '../../../runtime/conmon/attach-socket.ts';
import { attachSocketPath } from '../../../runtime/conmon/conmon.ts';
import type { Engine } from '../../engine.ts';
import { readContainerLog } from '../logs/logs.ts';
import { hasProcess } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { type Encode, joinStreams, type StreamOptions } from './streams.ts';

export interface AttachOptions extends StreamOptions {
  /** Send the earlier output first. */
  readonly logs: boolean;
  /** Then send new output. */
  readonly stream: boolean;
}

/**
 * Attaches a client to a container's process, or to its next run if it is stopped. No output is
 * missed: the attachment begins before this returns. The returned function serves the client.
 */
export function attachContainer(
  engine: Engine,
  container: LiveContainer,
  options: AttachOptions,
  encode: Encode,
): (client: Duplex) => Promise<void> {
  const isRunning = hasProcess(container.record);
  const streams = options.stream ? streamsOf(engine, container) : undefined;
  // Output of the next run is streamed, even if the log is read late.
  const until = streams && !isRunning ? { until: BigInt(Date.now()) * 1_000_000n } : {};
  publishContainerEvent(engine, container.record, 'attach');
  return async (client) => {
    const cancel = () => streams?.cancel();
    if (client.closed) cancel();
    else client.once('close', cancel);
    let process: Attachment | undefined;
    try {
      if (options.logs) {
        const signal = new AbortController().signal;
        for await (const lines of readContainerLog(engine, container, { ...until, signal })) {
          const wanted = lines.filter(({ stream }) => options[stream]);
          const pieces = wanted.map(({ stream, data }) => encode(stream, data));
          await writeTo(client, Buffer.concat(pieces));
        }
      }
      process = await streams?.socket;
      if (!process) return;
      // From here on, a client that disconnects may have sent input for the process.
      client.off('close', cancel);
      const how = await joinStreams(client, process, options, encode);
      if (how === 'detached') publishContainerEvent(engine, container.record, 'detach');
    } finally {
      // An attachment that nobody reads would block the process.
      if (!process) {
        streams?.socket
          .then((unused) => unused?.close())
          .catch((error) => engine.log(`closing an unused attachment to ${container.id}`, error));
      }
      client.end();
    }
  };
}

/** The attach socket of the current run, or else of the next one. */
function streamsOf(engine: Engine, container: LiveContainer) {
  if (hasProcess(container.record)) {
    const socket = engine.processes.connectRunning(
      attachSocketPath(engine.directories.bundle(container.id)),
    );
    return { socket: Promise.resolve(socket), cancel: () => socket?.close() };
  }
  const next = Promise.withResolvers<Attachment | undefined>();
  const attachment = {
    connect: (path: string) => next.resolve(engine.processes.connect(path)),
    cancel: () => next.resolve(undefined),
  };
  container.pendingAttachments.add(attachment);
  return {
    socket: next.promise,
    cancel: () => {
      container.pendingAttachments.delete(attachment);
      attachment.cancel();
    },
  };
}
