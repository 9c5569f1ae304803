import { readFile } from 'node:fs/promises';
import { ifMissing } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import { nameServers } from './name-servers.ts';

/**
 * The /etc/resolv.conf of a container. Networks with name servers come first (these forward other
 * names to the servers of `--dns`), then the container's own settings, then the VM's.
 */
export async function resolvConf(engine: Engine, record: ContainerRecord): Promise<string> {
  const { Dns, DnsSearch, DnsOptions } = record.hostConfig;
  const machine = await readFile('/etc/resolv.conf', 'utf8').catch(ifMissing(''));
  const own = (keyword: string) =>
    machine
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith(`${keyword} `));
  const ofNetworks = nameServers(engine, record);
  const servers = ofNetworks.length > 0 ? ofNetworks : Dns;
  // A name without a dot is a container's, so it is looked up before the search domains.
  const options = ofNetworks.length > 0 ? ['options ndots:0'] : own('options');
  return [
    ...(DnsSearch.length > 0 ? [`search ${DnsSearch.join(' ')}`] : own('search')),
    ...(servers.length > 0 ? servers.map((server) => `nameserver ${server}`) : own('nameserver')),
    ...(DnsOptions.length > 0 ? [`options ${DnsOptions.join(' ')}`] : options),
    '',
  ].join('\n');
}
