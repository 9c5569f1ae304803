import { parseChallenges } from '../../../guest-agent/registry/auth/challenge.ts';
import { parseCredentials } from '../../../guest-agent/registry/auth/credentials.ts';
import { nextPage } from '../../../guest-agent/registry/next-page.ts';
import { parseRegistryConfig } from '../../../guest-agent/registry/registry-config.ts';
import { type Target, tryAll } from '../target.ts';

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Headers that registries send, and those that clients send for registries. */
export const registryHeaders: Target = {
  seeds: [
    'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a:pull"',
    'Basic realm="a \\"b\\"", BEARER Realm=x , service = y',
    '</v2/a/tags/list?n=100&last=b>; rel="next"',
    '</v2/_catalog?last=x>;rel=next, <https://other/>; rel="first"',
    encoded({ username: 'me', password: 'word', serveraddress: 'https://r.example' }),
    encoded({ 'r.example': { username: 'me', password: 'word' }, other: { auth: 'bWU6d29yZA==' } }),
  ],
  words: ['Bearer ', 'Basic ', 'realm=', '"', '\\"', ',', ' = ', '<', '>; rel="next"', '?', 'e30='],
  read(input) {
    const header = input.toString('latin1');
    parseChallenges(header);
    nextPage(header);
    tryAll([() => parseCredentials(header), () => parseRegistryConfig(header)('docker.io')]);
  },
};
