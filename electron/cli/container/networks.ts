import { GrammarError } from '../../../guest-agent/grammar/grammar-error.ts';
import { type NetworkJoin, parseNetwork } from '../../../guest-agent/grammar/network.ts';
import type { ContainerOptions } from './options.ts';

/**
 * The networks of `--network`. `--ip` and the other single flags apply to the first network. Throws
 * GrammarError if they contradict the long form of `--network`.
 */
export function networks(options: ContainerOptions): NetworkJoin[] {
  const { ip, ip6, macAddress, networkAlias = [] } = options;
  const asks = ip !== undefined || ip6 !== undefined || macAddress !== undefined;
  const joins = (options.network ?? []).map(parseNetwork);
  const isNamed = joins.length > 0 || asks || networkAlias.length > 0;
  if (!isNamed) return [];
  const [first = { name: 'default', aliases: [] }, ...others] = joins;
  const twice = [
    [ip, first.ip, '--ip'],
    [ip6, first.ip6, '--ip6'],
    [macAddress, first.macAddress, '--mac-address'],
  ].find(([one, other]) => one !== undefined && other !== undefined);
  if (twice) {
    throw new GrammarError(
      `conflicting options: cannot specify both ${twice[2]} and per-network settings`,
    );
  }
  const completed: NetworkJoin = {
    ...first,
    aliases: [...(first.aliases ?? []), ...networkAlias],
    ip: ip ?? first.ip,
    ip6: ip6 ?? first.ip6,
    macAddress: macAddress ?? first.macAddress,
  };
  return [completed, ...others];
}
