import type { RunSuggestions } from '../../api/run.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { inspectImageIfPresent } from '../engine/images.ts';
import { listNetworks } from '../engine/networks.ts';
import { listVolumes } from '../engine/volumes.ts';

/** A volume without a name of its own is called by 64 hexadecimal digits. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

/** What the image says of itself, and what there is to join it with. */
export async function runSuggestions(client: EngineClient, image: string): Promise<RunSuggestions> {
  const [inspection, volumes, networks] = await Promise.all([
    inspectImageIfPresent(client, image),
    listVolumes(client),
    listNetworks(client),
  ]);
  const config = inspection?.Config;
  return {
    present: inspection !== undefined,
    ports: Object.keys(config?.ExposedPorts ?? {}).flatMap(exposedPort),
    volumes: Object.keys(config?.Volumes ?? {}),
    entrypoint: config?.Entrypoint ?? [],
    command: config?.Cmd ?? [],
    user: config?.User ?? '',
    workdir: config?.WorkingDir ?? '',
    volumeNames: volumes.map(({ Name }) => Name).filter((name) => !ANONYMOUS.test(name)),
    networkNames: networks.map(({ Name }) => Name),
  };
}

/** Of `80/tcp`; images may say anything, and ranges or other protocols are not suggested. */
function exposedPort(text: string): RunSuggestions['ports'] {
  const [, port, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const containerPort = Number(port);
  if (!(containerPort >= 1 && containerPort <= 65_535)) return [];
  return [{ containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp' }];
}
