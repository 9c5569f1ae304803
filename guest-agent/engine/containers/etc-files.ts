import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors.ts';
import { hostAddress } from '../../network/host-address.ts';
import { bindMount } from '../../runtime/spec/mounts.ts';
import type { OciMount } from '../../runtime/spec/oci.ts';
import type { Engine } from '../engine.ts';
import { knowsNames } from '../networks/network.ts';
import { type ContainerRecord, hasProcess } from './container.ts';
import { parseLink } from './link.ts';

/** Names of the computer that the machine runs on, as Docker Desktop has them. */
const HOST_NAMES = ['host.docker.internal', 'gateway.docker.internal'] as const;

/**
 * Writes the files that tell a container about its network (/etc/hosts, /etc/resolv.conf,
 * /etc/hostname) and returns their mounts. One that shares another's network has the other's.
 */
export async function writeEtcFiles(engine: Engine, record: ContainerRecord): Promise<OciMount[]> {
  const shared = /^container:(.+)$/.exec(record.hostConfig.NetworkMode)?.[1];
  const owner = shared === undefined ? record : engine.containers.get(shared).record;
  const directory = etcDirectory(engine, owner);
  if (owner === record) {
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await write(join(directory, 'hostname'), `${record.config.Hostname}\n`);
    await writeNetworkFiles(engine, record);
  }
  return ['hosts', 'resolv.conf', 'hostname'].map((name) =>
    bindMount(join(directory, name), `/etc/${name}`, ['rw']),
  );
}

/** Those of them that change with the container's networks. */
export async function writeNetworkFiles(engine: Engine, record: ContainerRecord): Promise<void> {
  const directory = etcDirectory(engine, record);
  await write(join(directory, 'hosts'), await hosts(engine, record));
  await write(join(directory, 'resolv.conf'), await resolvConf(engine, record));
}

const etcDirectory = (engine: Engine, { id }: ContainerRecord) =>
  join(engine.directories.container(id), 'etc');

/** In place: the container has the file itself mounted. */
const write = (path: string, content: string) => writeFile(path, content, { mode: 0o644 });

async function hosts(engine: Engine, record: ContainerRecord): Promise<string> {
  const { Hostname, Domainname } = record.config;
  const names = Domainname ? `${Hostname}.${Domainname} ${Hostname}` : Hostname;
  const endpoints = Object.values(record.endpoints);
  return [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'ff00::\tip6-mcastprefix',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    ...(await extraHosts(record)),
    ...linkedHosts(engine, record),
    ...endpoints
      .flatMap(({ address, address6 }) => [address, address6])
      .filter((address) => address !== '')
      .map((address) => `${address}\t${names}`),
    '',
  ].join('\n');
}

/** What `--add-host` says, and the host's own names where it doesn't speak of them. */
async function extraHosts(record: ContainerRecord): Promise<string[]> {
  const host = await hostAddress();
  // As Docker on Linux, where the bridge is the host's.
  const bridge = Object.values(record.endpoints).find(({ gateway }) => gateway)?.gateway;
  const asked = record.hostConfig.ExtraHosts.map((entry) => {
    const [, name = '', address = ''] = /^([^:=]+)[:=](.+)$/.exec(entry) ?? [];
    const target = address === 'host-gateway' ? (host ?? bridge ?? '') : address;
    return { name, address: target.replace(/^\[(.*)\]$/, '$1') };
  }).filter(({ address }) => address !== '');
  const own =
    host !== undefined && record.hostConfig.NetworkMode !== 'none'
      ? HOST_NAMES.filter((name) => !asked.some((entry) => entry.name === name)).map((name) => ({
          name,
          address: host,
        }))
      : [];
  return [...asked, ...own].map(({ name, address }) => `${address}\t${name}`);
}

/** Other containers under names that only this one has for them (`--link`). */
function linkedHosts(engine: Engine, record: ContainerRecord): string[] {
  return Object.entries(record.endpoints).flatMap(([network, { links }]) => {
    const all = network === 'bridge' ? [...links, ...record.hostConfig.Links] : links;
    return all.map((link) => {
      const { target, alias } = parseLink(link);
      const other = engine.containers.get(target).record;
      if (!hasProcess(other)) {
        throw new EngineError(
          'conflict',
          `Cannot link to a non running container: /${other.name} AS /${record.name}/${alias}`,
        );
      }
      const address = other.endpoints[network]?.address;
      if (!address) {
        throw new EngineError(
          'conflict',
          `Cannot link to /${other.name}, as it does not belong to the ${network === 'bridge' ? 'default' : network} network`,
        );
      }
      const names = [alias, other.config.Hostname, other.name];
      return `${address}\t${[...new Set(names)].join(' ')}`;
    });
  });
}

/**
 * The name servers of the container's networks where these know names (they ask those of `--dns` for
 * it); else the container's own settings where it has any, else the machine's.
 */
async function resolvConf(engine: Engine, record: ContainerRecord): Promise<string> {
  const { Dns, DnsSearch, DnsOptions } = record.hostConfig;
  const machine = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  const own = (keyword: string) =>
    machine
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith(`${keyword} `));
  const servers = nameServers(engine, record);
  const chosen = servers.length > 0 ? servers : Dns;
  return [
    ...(DnsSearch.length > 0 ? [`search ${DnsSearch.join(' ')}`] : own('search')),
    ...(chosen.length > 0 ? chosen.map((server) => `nameserver ${server}`) : own('nameserver')),
    ...(DnsOptions.length > 0
      ? [`options ${DnsOptions.join(' ')}`]
      : servers.length > 0
        ? ['options ndots:0']
        : own('options')),
    '',
  ].join('\n');
}

/** Each knows the names of all of the container's networks. */
function nameServers(engine: Engine, record: ContainerRecord): string[] {
  return Object.entries(record.endpoints)
    .filter(([name]) => {
      const network = engine.networks.find(name);
      return network && knowsNames(network);
    })
    .map(([, { gateway, gateway6 }]) => gateway || gateway6)
    .filter((address) => address !== '');
}
