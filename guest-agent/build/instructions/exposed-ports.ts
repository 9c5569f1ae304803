import { isIP } from 'node:net';
import { EngineError } from '../../errors.ts';
import { isProtocol, parseRange } from '../../grammar/port.ts';

/**
 * The ports of a word of `EXPOSE`, each as `80/tcp`. As in BuildKit, the word can have an address
 * and a host port, which mean nothing. Throws EngineError 'invalid' in BuildKit's words.
 */
export function exposedPorts(text: string): string[] {
  const parts = text.split(':');
  const [container = '', host = ''] = parts.toReversed();
  const slash = container.indexOf('/');
  const range = slash === -1 ? container : container.slice(0, slash);
  const protocol = slash === -1 ? '' : container.slice(slash + 1);
  if (range === '') throw invalid(`invalid port: "${text}": no port specified`);
  if (protocol !== '' && !isProtocol(protocol.toLowerCase())) {
    throw invalid(`invalid port: "${text}": invalid proto: ${protocol}`);
  }
  checkAddress(parts.slice(0, -2).join(':'));
  const [first, last] = ports(range, `invalid containerPort: ${range}`);
  if (host !== '') {
    const [firstHost, lastHost] = ports(host, `invalid hostPort: ${host}`);
    if (first !== last && last - first !== lastHost - firstHost) {
      const both = `${range} and ${host}`;
      throw invalid(`invalid ranges specified for container and host Ports: ${both}`);
    }
  }
  const name = protocol.toLowerCase() || 'tcp';
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${name}`);
}

function checkAddress(address: string): void {
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  if (bare !== '' && isIP(bare) === 0) throw invalid(`invalid IP address: ${bare}`);
}

function ports(text: string, message: string): readonly [first: number, last: number] {
  const range = parseRange(text, 0);
  if (range === undefined) throw invalid(message);
  return range;
}

function invalid(message: string): EngineError {
  return new EngineError('invalid', message);
}
