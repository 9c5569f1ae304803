import { lookup } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { isOwnLoopback } from '../../../network/special-addresses.ts';

/**
 * Connects to another machine. A name or an address of this machine itself fails like one that
 * doesn't exist: its own ports must not be open to everybody who can write a Service.
 */
export function connectElsewhere(host: string, port: number): Socket {
  if (isIP(host) === 0 || !isOwnLoopback(host)) {
    return connect({ host, port, lookup: lookupElsewhere });
  }
  // Node looks up only what isn't an address.
  const refuse: LookupFunction = (_, __, done) => setImmediate(() => done(refusal(host), ''));
  return connect({ host: 'refused', port, lookup: refuse });
}

const lookupElsewhere: LookupFunction = (host, options, done) => {
  lookup(host, options, (error, found, family) => {
    const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
    if (!error && addresses.some(isOwnLoopback)) done(refusal(host), found, family);
    else done(error, found, family);
  });
};

const refusal = (host: string) => new Error(`${host} is an address of this machine itself`);
