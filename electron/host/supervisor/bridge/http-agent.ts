import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { openTcp } from './channels.ts';
import type { Bridge } from './connection.ts';

/** An HTTP agent for addresses as seen from inside the VM; each connection has its own channel. */
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

/** The socket methods that node:http calls, besides those of every stream. */
function likeSocket(channel: Duplex): Duplex {
  const destroy = channel.destroy.bind(channel);
  const nothing = () => {};
  return Object.assign(channel, {
    ...{ setKeepAlive: nothing, setNoDelay: nothing, setTimeout: nothing },
    ...{ ref: nothing, unref: nothing },
    destroy(error?: Error) {
      destroy(error);
      // An ssh2 channel ends only after it was read to the end.
      channel.resume();
      return channel;
    },
  });
}
