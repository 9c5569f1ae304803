import type { DockerConfig } from '../docker-cli/docker-config.ts';
import { reachableFromGuest } from './proxy.ts';

/** Variables by the keys that Docker's `config.json` has for them, under `proxies`. */
const variables = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  noProxy: 'NO_PROXY',
  allProxy: 'ALL_PROXY',
} as const;

/**
 * What containers and builds are told of proxies, from `proxies.default` of Docker's `config.json`:
 * each variable in both cases, with proxies on this computer as containers reach it. Those in
 * `chosen` are left out, as they were chosen by hand.
 */
export function proxyEnvironment(
  { proxies = {} }: DockerConfig,
  chosen: readonly string[],
): Record<string, string> {
  const found = proxies.default ?? {};
  const entries = (Object.keys(variables) as (keyof typeof variables)[]).flatMap((key) => {
    const value = found[key];
    if (!value) return [];
    const reachable = key === 'noProxy' ? value : reachableFromGuest(value);
    const name = variables[key];
    return [name, name.toLowerCase()].map((each): [string, string] => [each, reachable]);
  });
  return Object.fromEntries(entries.filter(([name]) => !chosen.includes(name)));
}
