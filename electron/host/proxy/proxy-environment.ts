import type { DockerConfig } from '../docker-cli/docker-config.ts';
import { reachableFromGuest } from './proxy.ts';

/** Environment variables by their keys in Docker's `config.json`, under `proxies`. */
const variables = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  noProxy: 'NO_PROXY',
  allProxy: 'ALL_PROXY',
} as const;

/**
 * The proxy variables of containers and builds, from `proxies.default` of Docker's `config.json`:
 * each in both cases, with proxies on the host's loopback as containers reach them. Skips variables
 * in `chosen`, which the user set.
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
