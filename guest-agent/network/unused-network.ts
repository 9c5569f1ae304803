import { readdir } from 'node:fs/promises';
import { ifMissing } from '../errors.ts';
import { run } from '../runtime/process/program.ts';

/** A network as netavark knows it. */
interface Network {
  readonly id: string;
  /** The name of the bridge interface. */
  readonly bridge: string;
  readonly subnets: readonly { readonly subnet: string }[];
}

const TABLE = ['inet', 'netavark'] as const;

/**
 * Removes the bridge and the firewall's rules of a network, unless a container is connected to the bridge.
 * A killed netavark leaves them. A bridge without an address would make each later setup fail.
 */
export async function removeUnusedNetwork(network: Network): Promise<void> {
  const ports = await readdir(`/sys/class/net/${network.bridge}/brif`).catch(ifMissing(undefined));
  if (ports !== undefined && ports.length > 0) return;
  if (ports !== undefined) await run('ip', ['link', 'delete', network.bridge]);
  const tables = await run('nft', ['list', 'tables']);
  if (!tables.includes(TABLE.join(' '))) return;
  const listing = await run('nft', ['--handle', 'list', 'table', ...TABLE]);
  const script = rulesRemoval(listing, network);
  if (script !== '') await run('nft', ['--file', '-'], { input: script });
}

/**
 * The commands that remove a network's rules and chains, by what `nft --handle list table` prints. netavark
 * names the chains after the network's ID. Other chains have rules with the bridge, a subnet or such a
 * chain.
 */
export function rulesRemoval(listing: string, { id, bridge, subnets }: Network): string {
  const prefix = `nv_${id.slice(0, 8)}_`;
  const marks = [`"${bridge}"`, ...subnets.map(({ subnet }) => `addr ${subnet} `)];
  const rules: string[] = [];
  const chains: string[] = [];
  let chain = '';
  for (const line of listing.split('\n')) {
    const begun = /^\tchain (\S+) \{/.exec(line)?.[1];
    if (begun !== undefined) {
      chain = begun;
      if (chain.startsWith(prefix)) chains.push(chain);
      continue;
    }
    const handle = /^\t\t.* # handle (\d+)$/.exec(line)?.[1];
    const isOwn = chain.startsWith(prefix) || line.includes(` ${prefix}`);
    if (handle === undefined || !(isOwn || marks.some((mark) => line.includes(mark)))) continue;
    rules.push(`delete rule ${TABLE.join(' ')} ${chain} handle ${handle}`);
  }
  return [...rules, ...chains.map((name) => `delete chain ${TABLE.join(' ')} ${name}`)].join('\n');
}
