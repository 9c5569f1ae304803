import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { openTcp } from './channels.ts';
import type { Bridge } from './connection.ts';

/** Makes HTTP requests to addresses as seen from inside the guest, each over a channel of its own. */
export class BridgeAgent extends Agent {
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    super({ keepAlive: false });
    this.#bridge = bridge;
  }

  override createConnection(
    { host, port }: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    openTcp(this.#bridge, String(host), Number(port)).then(
      (channel) => callback?.(null, likeSocket(channel)),
      (error: Error) => callback?.(error, undefined as never),
    );
  }
}

/** What node:http calls of a socket, besides what every stream has. */
function likeSocket(channel: Duplex): Duplex {
  const destroy = channel.destroy.bind(channel);
  const nothing = () => {};
  return Object.assign(channel, {
    ...{ setKeepAlive: nothing, setNoDelay: nothing, setTimeout: nothing },
    ...{ ref: nothing, unref: nothing },
    destroy(error?: Error) {
      destroy(error);
      // An ssh2 channel tells of its end only once it has been read to the end.
      channel.resume();
      return channel;
    },
  });
}
