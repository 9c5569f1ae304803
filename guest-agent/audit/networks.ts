import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectionsOf } from '../engine/containers/network/attach-endpoint.ts';
import { hasProcess } from '../engine/containers/record/container.ts';
import type { Engine } from '../engine/engine.ts';
import { isBuiltIn, type Network, networkSchema } from '../engine/networks/network.ts';
import { ifMissing } from '../errors.ts';
import { namesIn } from '../runtime/files/names-in.ts';
import { run } from '../runtime/process/program.ts';
import { type Examined, type Finding, mismatch, orphan } from './finding.ts';
import type { Reality } from './reality.ts';
import { examineRecords } from './records.ts';

/** Whether interfaces, forwarded ports and names belong to connected containers. */
export async function examineNetworks(engine: Engine, reality: Reality): Promise<Examined> {
  const { networks, directories } = engine;
  const all = networks.list();
  const own = all.filter((network) => !isBuiltIn(network));
  const findings = await examineRecords<Network>({
    directory: directories.networkRecords,
    schema: networkSchema,
    records: new Map(own.map((network) => [network.id, network])),
    unreadable: networks.unreadable.ids(),
    describe: (id, network) => `network ${network?.name ?? id.slice(0, 12)}`,
  });
  const members = new Set(all.flatMap((network) => networks.membersOf(network)));
  findings.push(...interfaceProblems(engine, reality, members));
  findings.push(...(await namesProblems(directories.netavark, members)));
  // The table is missing until the first container is connected.
  const rules = await run('nft', ['list', 'tables']).then((tables) =>
    tables.includes('inet netavark') ? run('nft', ['list', 'table', 'inet', 'netavark']) : '',
  );
  findings.push(...ruleProblems(engine, rules), ...portProblems(engine, rules));
  return { checked: all.length, findings };
}

function interfaceProblems(
  engine: Engine,
  { links }: Reality,
  members: ReadonlySet<string>,
): Finding[] {
  const findings: Finding[] = [];
  const expected = new Set<string>();
  for (const { record } of engine.containers.all()) {
    if (!hasProcess(record)) continue;
    for (const { name, outside } of connectionsOf(engine, record)) {
      expected.add(outside);
      if (links.includes(outside)) continue;
      findings.push(
        mismatch(
          `container ${record.name}`,
          `container ${record.name} is on network ${name} in its record, but its interface ${outside} is missing.`,
          `Restart the container: berth restart ${record.name}`,
        ),
      );
    }
  }
  const more = links.filter((link) => link.startsWith('veth') && !expected.has(link));
  // Commands of builds are members without a record.
  const unlisted = [...members].filter((id) => engine.containers.find(id) === undefined).length;
  for (const link of more.slice(unlisted)) {
    findings.push(orphan(`interface ${link}`, `No container owns the network interface ${link}.`));
  }
  const bridges = new Map(
    engine.networks.list().map((network) => [network.bridge, network] as const),
  );
  for (const link of links) {
    const network = bridges.get(link);
    const isBridge = network !== undefined || /^br-[0-9a-f]{12}$/.test(link);
    const isUsed = network !== undefined && engine.networks.membersOf(network).length > 0;
    if (isBridge && !isUsed) {
      findings.push(
        orphan(`bridge ${link}`, `No container is connected to the network bridge ${link}.`),
      );
    }
  }
  return findings;
}

/** Names that the name server would still answer with the addresses of others. */
async function namesProblems(netavark: string, members: ReadonlySet<string>): Promise<Finding[]> {
  const directory = join(netavark, 'aardvark-dns');
  const findings: Finding[] = [];
  for (const file of await namesIn(directory)) {
    if (!/^(links-)?[0-9a-f]{64}/.test(file)) continue;
    const text = await readFile(join(directory, file), 'utf8').catch(ifMissing(''));
    const ids = text
      .split('\n')
      .slice(1)
      .map((line) => /^[0-9a-f]{64}/.exec(line)?.[0])
      .filter((id) => id !== undefined && !members.has(id));
    for (const id of new Set(ids)) {
      findings.push(
        orphan(
          `names of ${id?.slice(0, 12)}`,
          `The name server still has the names of container ${id}, which isn't connected.`,
        ),
      );
    }
  }
  return findings;
}

/** Rules for networks without containers. netavark names a chain after the network's ID. */
function ruleProblems({ networks }: Engine, rules: string): Finding[] {
  const used = networks
    .list()
    .filter((network) => networks.membersOf(network).length > 0)
    .map(({ id }) => id);
  const chains = [...rules.matchAll(/^\tchain (nv_([\da-f]{8})\S*)/gm)];
  return chains
    .filter(([, , id = '']) => !used.some((known) => known.startsWith(id)))
    .map(([, chain]) =>
      orphan(`rules ${chain}`, `The firewall has rules ${chain} for a network without containers.`),
    );
}

/** Ports that are forwarded to addresses of containers that don't run. */
function portProblems(engine: Engine, rules: string): Finding[] {
  const addresses = new Set(
    engine.containers
      .all()
      .filter(({ record }) => hasProcess(record))
      .flatMap(({ record }) => Object.values(record.endpoints))
      .flatMap(({ address, address6 }) => [address, address6]),
  );
  const forwarded = [...rules.matchAll(/dport (\d+) dnat ip6? to \[?([\da-f.:]+?)\]?:\d+$/gm)];
  return forwarded
    .filter(([, , address = '']) => !addresses.has(address))
    .map(([, port, address]) =>
      orphan(
        `port ${port}`,
        `Port ${port} is still forwarded to ${address}, which no running container has.`,
      ),
    );
}
