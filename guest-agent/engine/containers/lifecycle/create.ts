import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { EngineError } from '../../../errors.ts';
import type { Platform } from '../../../registry/platform.ts';
import { allowedCapabilities } from '../../../runtime/spec/capabilities.ts';
import type { Engine } from '../../engine.ts';
import type { Image, ImageConfig } from '../../images/store/image.ts';
import { Undo } from '../../undo.ts';
import {
  checkDefaultDriver,
  inheritedMountPoints,
  requestedMountPoints,
} from '../mounts/mount-points.ts';
import { prepareMountPoint } from '../mounts/prepare-mount-point.ts';
import { createSnapshot, removeSnapshot } from '../mounts/root-file-system.ts';
import { checkPortBindings } from '../network/published-ports.ts';
import { networkRate } from '../network/rate-limit.ts';
import { type RequestedNetworks, requestedNetworks } from '../network/requested-networks.ts';
import { signalNumber } from '../process/signal.ts';
import { type ContainerRecord, initialState, type MountPoint } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import { generateName, parseName } from '../record/name.ts';
import { volumeUsers } from '../record/volume-users.ts';
import type { ContainerConfig, CreateRequest, HostConfig } from '../request/config.ts';
import { checkHealthConfig, mergeHealthConfig } from '../request/health-config.ts';
import { checkHostConfig } from './check-host-config.ts';

/**
 * Creates a container from an image: a record and an empty writable layer. Starts nothing. Rejects
 * with EngineError and then leaves nothing behind. 'not-found' also means an image of another
 * platform.
 */
export async function createContainer(
  engine: Engine,
  requestedName: string | undefined,
  request: CreateRequest,
  platform?: Platform,
): Promise<ContainerRecord> {
  const { HostConfig: hostConfig, NetworkingConfig: _, MacAddress: __, ...asked } = request;
  checkHostConfig(hostConfig);
  checkHealthConfig(asked.Healthcheck);
  if (asked.StopSignal) signalNumber(asked.StopSignal);
  checkPortBindings(hostConfig);
  allowedCapabilities(hostConfig.CapAdd, hostConfig.CapDrop, hostConfig.Privileged);
  const image = engine.images.resolve(asked.Image, platform);
  using held = new DisposableStack();
  held.use(engine.images.hold(image));
  const id = randomBytes(32).toString('hex');
  const networks = requestedNetworks(engine, request);
  const config = mergeConfig(asked, image.config, ownHostname(engine, networks.mode, id));
  networkRate(config.Labels);
  const argv = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  if (argv.length === 0) throw new EngineError('invalid', 'no command specified');
  const name = requestedName
    ? parseName(requestedName)
    : generateName((taken) => engine.containers.isNameTaken(taken));

  const undo = new Undo();
  using claims = new DisposableStack();
  engine.containers.reserveName(name, id);
  undo.add(async () => engine.containers.releaseName(name));
  try {
    const mounts: MountPoint[] = [];
    const inherited = inheritedMountPoints(engine, hostConfig.VolumesFrom);
    const requested = requestedMountPoints(hostConfig, Object.keys(config.Volumes), inherited);
    checkDefaultDriver(hostConfig, requested, inherited);
    for (const point of requested) {
      if (point.type === 'image') held.use(engine.images.hold(engine.images.resolve(point.source)));
      if (point.type === 'volume' && point.name) claims.use(engine.volumes.claim(point.name, id));
      const isNew = !engine.volumes.list().some((volume) => volume.name === point.name);
      const prepared = await prepareMountPoint(engine, point);
      mounts.push(prepared);
      if (point.type === 'volume' && isNew) {
        const { name: volume } = prepared;
        undo.add(() => engine.volumes.remove(volume, () => volumeUsers(engine, volume)));
      }
    }
    undo.add(() => removeSnapshot(engine, id));
    await createSnapshot(engine, id);
    const record = newRecord({ id, name, image, config, hostConfig, argv, mounts, networks });
    await engine.containers.add(record);
    publishContainerEvent(engine, record, 'create');
    return record;
  } catch (error) {
    claims.dispose();
    await undo.rollback((cause) => engine.log(`undoing the creation of ${name}`, cause));
    throw error;
  }
}

/** The record of a container that hasn't run. */
export function newRecord(parts: {
  id: string;
  name: string;
  image: Pick<Image, 'id' | 'layers'>;
  config: ContainerConfig;
  hostConfig: HostConfig;
  argv: string[];
  mounts: ContainerRecord['mounts'];
  networks: RequestedNetworks;
}): ContainerRecord {
  const { image, hostConfig, networks, ...rest } = parts;
  return {
    ...rest,
    createdAt: new Date().toISOString(),
    image: image.id,
    layers: [...image.layers],
    hostConfig: { ...hostConfig, NetworkMode: networks.mode },
    endpoints: networks.endpoints,
    publishedPorts: [],
    state: initialState,
  };
}

/** The host name of a container that shares a network namespace is its owner's. */
function ownHostname(engine: Engine, mode: string, id: string): string {
  const shared = /^container:(.+)$/.exec(mode)?.[1];
  const owner = shared === undefined ? undefined : engine.containers.find(shared);
  if (owner) return owner.record.config.Hostname;
  return mode === 'host' ? hostname() : id.slice(0, 12);
}

/** The image's variables that the user doesn't override. */
function leftOf(image: readonly string[], asked: readonly string[]): string[] {
  const nameOf = (entry: string) => entry.split('=', 1)[0];
  const names = new Set(asked.map(nameOf));
  return image.filter((entry) => !names.has(nameOf(entry)));
}

/** Docker's rules for the settings that a container takes from its image. */
export function mergeConfig(
  asked: ContainerConfig,
  image: ImageConfig,
  ownHostname: string,
): ContainerConfig {
  const entrypoint = asked.Entrypoint ?? image.Entrypoint ?? null;
  // Some clients send an empty list for a command that wasn't given.
  const askedCommand = asked.Cmd?.length ? asked.Cmd : null;
  // `--entrypoint ""` arrives as one empty string and means no entrypoint.
  const resetsEntrypoint = entrypoint?.length === 1 && entrypoint[0] === '';
  // The image's command belongs to the image's entrypoint.
  const command = askedCommand ?? (!asked.Entrypoint?.length ? (image.Cmd ?? null) : null);
  return {
    ...asked,
    Hostname: asked.Hostname || ownHostname,
    User: asked.User || (image.User ?? ''),
    Env: [...asked.Env, ...leftOf(image.Env ?? [], asked.Env)],
    Cmd: command,
    Entrypoint: resetsEntrypoint ? null : entrypoint,
    WorkingDir: asked.WorkingDir || (image.WorkingDir ?? ''),
    ExposedPorts: {
      ...Object.fromEntries(Object.keys(image.ExposedPorts ?? {}).map((port) => [port, {}])),
      ...asked.ExposedPorts,
    },
    Volumes: {
      ...Object.fromEntries(Object.keys(image.Volumes ?? {}).map((path) => [path, {}])),
      ...asked.Volumes,
    },
    Labels: { ...image.Labels, ...asked.Labels },
    StopSignal: asked.StopSignal ?? image.StopSignal ?? null,
    Healthcheck: mergeHealthConfig(asked.Healthcheck, image.Healthcheck),
    Shell: asked.Shell ?? image.Shell ?? null,
  };
}
