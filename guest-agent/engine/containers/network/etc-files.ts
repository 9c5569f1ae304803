import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostNames } from '../../../contract/host-names.ts';
import { ifMissing } from '../../../errors.ts';
import { hostAddress } from '../../../network/host-address.ts';
import { bindMount } from '../../../runtime/spec/mounts.ts';
import type { OciMount } from '../../../runtime/spec/oci.ts';
import type { Engine } from '../../engine.ts';
import { NamedLocks } from '../../lock.ts';
import type { ContainerRecord } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { setUpLinkNames } from './link-names.ts';
import { checkLinks, isLinkedTo, linkedHosts } from './links.ts';
import { resolvConf } from './resolv-conf.ts';

/**
 * Writes the files that describe a container's network to it (/etc/hosts, /etc/resolv.conf,
 * /etc/hostname) and returns their mounts. A container that shares another's network uses the
 * other's files.
 */
export async function writeEtcFiles(engine: Engine, record: ContainerRecord): Promise<OciMount[]> {
  const shared = /^container:(.+)$/.exec(record.hostConfig.NetworkMode)?.[1];
  const owner = shared === undefined ? record : engine.containers.get(shared).record;
  const directory = etcDirectory(engine, owner);
  if (owner === record) {
    checkLinks(engine, record);
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await write(join(directory, 'hostname'), `${record.config.Hostname}\n`);
    await writeNetworkFiles(engine, record);
  }
  return ['hosts', 'resolv.conf', 'hostname'].map((name) =>
    bindMount(join(directory, name), `/etc/${name}`, ['rw']),
  );
}

/** Writes only the files that change with the container's networks. */
export async function writeNetworkFiles(engine: Engine, record: ContainerRecord): Promise<void> {
  await writeHosts(engine, record);
  await write(join(etcDirectory(engine, record), 'resolv.conf'), await resolvConf(engine, record));
}

/**
 * Updates the containers with a link to a container whose name or address has changed, or that has
 * stopped. Only logs errors, since the container itself is fine.
 */
export async function updateLinksTo(engine: Engine, { id }: ContainerRecord): Promise<void> {
  for (const container of engine.containers.all()) {
    if (container.id === id || !isLinkedTo(engine, container.record, id)) continue;
    await updateLinks(engine, container).catch((error) =>
      engine.log(`updating the links of ${container.id}`, error),
    );
  }
}

/** Updates the links of a container that is on a network: its /etc/hosts and its name server. */
export async function updateLinks(engine: Engine, { record }: LiveContainer): Promise<void> {
  if (!Object.values(record.endpoints).some(({ endpointId }) => endpointId !== '')) return;
  // A container that is just starting may not have the file's directory. Its start writes the file.
  await writeHosts(engine, record).catch(ifMissing(undefined));
  await setUpLinkNames(engine, record);
}

/** Starts of linked containers write the same file. */
const writing = new NamedLocks();

async function writeHosts(engine: Engine, asked: ContainerRecord): Promise<void> {
  const host = hostAddress();
  await writing.run(asked.id, async () => {
    // The last writer has the newest addresses. Only listed containers can change meanwhile.
    const record = engine.containers.find(asked.id)?.record ?? asked;
    const path = join(etcDirectory(engine, record), 'hosts');
    await write(path, hosts(record, linkedHosts(engine, record), host));
  });
}

const etcDirectory = (engine: Engine, { id }: ContainerRecord) =>
  join(engine.directories.container(id), 'etc');

/** Written in place, since the container has the file itself mounted. */
const write = (path: string, content: string) => writeFile(path, content, { mode: 0o644 });

/** The /etc/hosts of a container. `host` is the host's address as the VM sees it. */
export function hosts(
  record: ContainerRecord,
  linked: readonly string[],
  host: string | undefined,
): string {
  const { Hostname, Domainname } = record.config;
  const names = Domainname ? `${Hostname}.${Domainname} ${Hostname}` : Hostname;
  return [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'ff00::\tip6-mcastprefix',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    ...extraHosts(record, host),
    ...linked,
    ...Object.values(record.endpoints)
      .flatMap(({ address, address6 }) => [address, address6])
      .filter((address) => address !== '')
      .map((address) => `${address}\t${names}`),
    '',
  ].join('\n');
}

/** The entries of `--add-host`, and the host's own names if those entries don't include them. */
function extraHosts(record: ContainerRecord, host: string | undefined): string[] {
  // As in Docker on Linux, where the bridge belongs to the host.
  const bridge = Object.values(record.endpoints).find(({ gateway }) => gateway)?.gateway;
  const asked = record.hostConfig.ExtraHosts.map((entry) => {
    const [, name = '', address = ''] = /^([^:=]+)[:=](.+)$/.exec(entry) ?? [];
    const target = address === 'host-gateway' ? (host ?? bridge ?? '') : address;
    return { name, address: target.replace(/^\[(.*)\]$/, '$1') };
  }).filter(({ address }) => address !== '');
  const reachesHost = host !== undefined && record.hostConfig.NetworkMode !== 'none';
  const own = hostNames.filter(
    (name) => reachesHost && !asked.some((entry) => entry.name === name),
  );
  return [
    ...asked.map(({ name, address }) => `${address}\t${name}`),
    ...own.map((name) => `${host}\t${name}`),
  ];
}
