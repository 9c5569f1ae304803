import type { Duplex } from 'node:stream';
import { DatagramReader, frameDatagram } from '../../../../guest-agent/contract/datagrams.ts';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import type { Bridge } from '../bridge/connection.ts';
import { keepChannel } from '../bridge/keep-channel.ts';
import { answerMessage } from './answer.ts';
import { NameCache } from './name-cache.ts';
import { resolveName } from './resolver.ts';

const log = loggerOf('dns');

/** Answers the VM's DNS questions as the host would, until `signal` aborts. */
export function serveNames(
  bridge: Bridge,
  signal: AbortSignal,
  resolve: typeof resolveName = resolveName,
): Promise<void> {
  const cache = new NameCache((name, type) => resolve(name, type));
  const serve = (channel: Duplex) => answerAll(channel, cache);
  return keepChannel(bridge, guestPaths.names, serve, signal);
}

async function answerAll(channel: Duplex, cache: NameCache): Promise<void> {
  const reader = new DatagramReader();
  for await (const chunk of channel as AsyncIterable<Buffer>) {
    for (const message of reader.add(chunk)) {
      void answerMessage(message, (name, type) => cache.resolve(name, type))
        .then((answer) => answer && channel.writable && channel.write(frameDatagram(answer)))
        // Data that isn't valid DNS gets no answer.
        .catch((error) => log.debug(`Answering a name: ${reasonOf(error)}`));
    }
  }
}
