import type { RunSuggestions } from '../../api/run.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { inspectImageIfPresent } from '../engine/images.ts';
import { listNetworks } from '../engine/networks.ts';
import { listVolumes } from '../engine/volumes.ts';

/** The name of an anonymous volume: 64 hexadecimal digits. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

/** The image's own settings, and the networks and volumes to choose from. */
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

/** Parses `80/tcp`. Images may contain anything; ranges and other protocols are skipped. */
function exposedPort(text: string): RunSuggestions['ports'] {
  const [, port, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const containerPort = Number(port);
  if (!(containerPort >= 1 && containerPort <= 65_535)) return [];
  return [{ containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp' }];
}
