import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bindMount } from '../../runtime/spec/mounts.ts';
import type { OciMount } from '../../runtime/spec/oci.ts';
import type { Engine } from '../engine.ts';
import type { ContainerRecord } from './container.ts';

/**
 * Writes the files that tell a container about its network (/etc/hosts, /etc/resolv.conf,
 * /etc/hostname) and returns their mounts.
 */
export async function writeEtcFiles(engine: Engine, record: ContainerRecord): Promise<OciMount[]> {
  const directory = join(engine.directories.container(record.id), 'etc');
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const files = {
    hosts: hosts(record),
    'resolv.conf': await resolvConf(record),
    hostname: `${record.config.Hostname}\n`,
  };
  return Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      const path = join(directory, name);
      await writeFile(path, content, { mode: 0o644 });
      return bindMount(path, `/etc/${name}`, ['rw']);
    }),
  );
}

function hosts(record: ContainerRecord): string {
  const { Hostname, Domainname } = record.config;
  const names = Domainname ? `${Hostname}.${Domainname} ${Hostname}` : Hostname;
  return [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'ff00::\tip6-mcastprefix',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    ...record.hostConfig.ExtraHosts.map((entry) => {
      const [, name = '', address = ''] = /^([^:=]+)[:=](.+)$/.exec(entry) ?? [];
      const { gateway = '' } = Object.values(record.endpoints)[0] ?? {};
      return `${address === 'host-gateway' ? gateway : address}\t${name}`;
    }),
    ...Object.values(record.endpoints)
      .filter(({ address }) => address)
      .map(({ address }) => `${address}\t${names}`),
    '',
  ].join('\n');
}

/** The container's own settings where it has any, else the machine's. */
async function resolvConf(record: ContainerRecord): Promise<string> {
  const { Dns, DnsSearch, DnsOptions } = record.hostConfig;
  const machine = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  const own = (keyword: string) =>
    machine
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith(`${keyword} `));
  return [
    ...(DnsSearch.length > 0 ? [`search ${DnsSearch.join(' ')}`] : own('search')),
    ...(Dns.length > 0 ? Dns.map((server) => `nameserver ${server}`) : own('nameserver')),
    ...(DnsOptions.length > 0 ? [`options ${DnsOptions.join(' ')}`] : own('options')),
    '',
  ].join('\n');
}
