import { Agent } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import type { Service, ServicePort } from 'kubernetes-types/core/v1.js';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import type { ServiceProxy } from '../proxy/service-proxy.ts';
import { connectElsewhere } from './connect-elsewhere.ts';

/**
 * An HTTP agent whose connections go to the endpoints of one Service. Each request has its own
 * connection, so that a pod that ends can't break one that is kept for the next request.
 */
export class ServiceAgent extends Agent {
  readonly #proxy: Pick<ServiceProxy, 'forward'>;
  readonly #service: Stored<Service>;
  readonly #port: ServicePort;

  constructor(proxy: Pick<ServiceProxy, 'forward'>, service: Stored<Service>, port: ServicePort) {
    super({ keepAlive: false });
    this.#proxy = proxy;
    this.#service = service;
    this.#port = port;
  }

  override createConnection(): Duplex {
    const { type, externalName = '' } = this.#service.spec ?? {};
    if (type === 'ExternalName') return connectElsewhere(externalName, this.#port.port);
    const [own, other] = duplexPair();
    // Without this, a request that was given up would keep its backend waiting.
    own.once('close', () => other.destroy(new Error('the request ended')));
    // Requests of all clients come from here, so an affinity to the client's address has no effect.
    this.#proxy.forward(other, 'ingress', keyOf(this.#service), this.#port);
    return likeSocket(own);
  }
}

/** The socket methods that node:http and httpxy call, besides those of every stream. */
function likeSocket(stream: Duplex): Duplex {
  const nothing = () => stream;
  return Object.assign(stream, {
    ...{ setKeepAlive: nothing, setNoDelay: nothing, setTimeout: nothing },
    ...{ ref: nothing, unref: nothing },
  });
}
