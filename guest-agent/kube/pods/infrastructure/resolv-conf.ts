import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Engine } from '../../../engine/engine.ts';
import { ifMissing } from '../../../errors.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { nameSettings, usesClusterNames } from '../spec/names.ts';

/**
 * Replaces the name servers of a pod that doesn't want the cluster's: the pod has its own (policy
 * `None`), or the node's. The engine has written the file with its own server.
 */
export async function writeResolvConf(
  engine: Engine,
  pod: Stored<Pod>,
  live: LiveContainer,
): Promise<void> {
  const spec = pod.spec ?? { containers: [] };
  if (usesClusterNames(spec)) return;
  const { Dns, DnsSearch, DnsOptions } = nameSettings(pod);
  const own = [
    ...(DnsSearch.length > 0 ? [`search ${DnsSearch.join(' ')}`] : []),
    ...Dns.map((server) => `nameserver ${server}`),
    ...(DnsOptions.length > 0 ? [`options ${DnsOptions.join(' ')}`] : []),
  ].map((line) => `${line}\n`);
  const node =
    spec.dnsPolicy === 'None'
      ? ''
      : await readFile('/etc/resolv.conf', 'utf8').catch(ifMissing(''));
  const path = join(engine.directories.container(live.id), 'etc', 'resolv.conf');
  // In place, since containers have the file itself mounted.
  await writeFile(path, `${node}${own.join('')}`);
}
