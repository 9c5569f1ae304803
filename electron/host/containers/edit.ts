import type { ContainerCreateRequest } from '../../../guest-agent/contract/engine-types.ts';
import {
  type PortMapping,
  portBindings,
  portName,
  publishedPorts,
} from '../../../guest-agent/grammar/port.ts';
import { formatVolume, isHostPath, splitVolume } from '../../../guest-agent/grammar/volume.ts';
import type { ContainerEdit, Renewal } from '../../api/containers.ts';
import type { MountRequest, PortRequest } from '../../api/run.ts';
import type { SharedFolderSetting } from '../../api/settings.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { readContainer } from '../engine/containers.ts';
import { inspectImage } from '../engine/images.ts';
import { replaceContainer, requireRestorable } from './replace-container.ts';
import { requireShared } from './require-shared.ts';
import { successorOf } from './successor.ts';

export interface EditOptions {
  readonly sharedFolders: readonly SharedFolderSetting[];
  readonly signal: AbortSignal;
  /** How long the new container must run before the old one is removed, in milliseconds. */
  readonly trial?: number;
}

/** The parts of a container that can be edited, as they are now. */
export async function readEdit(client: EngineClient, id: string): Promise<ContainerEdit> {
  return editOf((await readRequest(client, id)).request);
}

/** Replaces a container with one that differs only in the edit. */
export async function* editContainer(
  client: EngineClient,
  id: string,
  edit: ContainerEdit,
  { sharedFolders, signal, trial }: EditOptions,
): AsyncGenerator<Renewal, void, undefined> {
  const { inspection, request } = await readRequest(client, id);
  requireRestorable(inspection);
  edit.mounts.forEach(({ source = '' }, index) => {
    if (!isHostPath(source)) return;
    requireShared(source, sharedFolders, process.platform, `mounts.${index}.source`);
  });
  // Fails before anything changes if the image isn't there.
  await inspectImage(client, edit.image);
  const edited = editedRequest(request, edit);
  const successor = yield* replaceContainer(client, inspection, edited, { signal, trial });
  yield { step: 'done', id: successor, renewed: true };
}

/** The request that creates the container again. */
async function readRequest(client: EngineClient, id: string) {
  const { document, inspection } = await readContainer(client, id);
  const image = await inspectImage(client, inspection.Image);
  return { inspection, request: successorOf(document, inspection, image.Config) };
}

export function editOf({
  Image = '',
  Cmd,
  Env,
  HostConfig,
}: ContainerCreateRequest): ContainerEdit {
  return {
    image: Image,
    ...(Cmd && Cmd.length > 0 && { command: [...Cmd] }),
    env: [...(Env ?? [])],
    ports: publishedPorts(HostConfig?.PortBindings ?? {}).flatMap((port) => portOf(port) ?? []),
    mounts: (HostConfig?.Binds ?? []).flatMap((bind) => mountOf(bind) ?? []),
  };
}

/** The request with the edit in it. What the edit doesn't describe stays as it was. */
export function editedRequest(
  request: ContainerCreateRequest,
  edit: ContainerEdit,
): ContainerCreateRequest {
  const { Cmd: _, HostConfig = {}, ExposedPorts, ...rest } = request;
  const before = publishedPorts(HostConfig.PortBindings ?? {});
  const others = before.filter((port) => portOf(port) === undefined);
  const ports = [...others, ...edit.ports.map(mappingOf)];
  const unpublished = Object.entries(ExposedPorts ?? {}).filter(
    ([name]) => !before.some((port) => portName(port) === name),
  );
  return {
    ...rest,
    Image: edit.image,
    ...(edit.command && { Cmd: edit.command }),
    Env: edit.env,
    ExposedPorts: Object.fromEntries([
      ...unpublished,
      ...ports.map((port) => [portName(port), {}] as const),
    ]),
    HostConfig: {
      ...HostConfig,
      Binds: edit.mounts.map((mount) => bindOf(mount, HostConfig.Binds ?? [])),
      PortBindings: portBindings(ports),
    },
  };
}

/** Undefined for SCTP and for a range of host ports, which the form has no fields for. */
function portOf({
  hostIp,
  hostPort,
  containerPort,
  protocol,
}: PortMapping): PortRequest | undefined {
  if (protocol === 'sctp' || (hostPort !== '' && !/^\d+$/.test(hostPort))) return undefined;
  return {
    ...(hostIp !== '' && { address: hostIp }),
    ...(hostPort !== '' && hostPort !== '0' && { hostPort: Number(hostPort) }),
    ...{ containerPort, protocol },
  };
}

const mappingOf = ({ address = '', hostPort, ...port }: PortRequest): PortMapping => ({
  ...port,
  hostIp: address,
  hostPort: hostPort?.toString() ?? '',
});

function mountOf(bind: string): MountRequest | undefined {
  const volume = splitVolume(bind);
  if (volume?.source === undefined) return undefined;
  const { source, target, options = [] } = volume;
  return { source, target, readOnly: options.includes('ro') };
}

/** Keeps the other options of a mount that was there before. */
function bindOf({ source, target, readOnly }: MountRequest, before: readonly string[]): string {
  const same = before
    .map(splitVolume)
    .find((volume) => volume?.source === source && volume?.target === target);
  const others = (same?.options ?? []).filter((word) => word !== 'ro' && word !== 'rw');
  const options = [...(readOnly ? ['ro'] : []), ...others];
  return formatVolume({
    ...(source !== undefined && { source }),
    target,
    ...(options.length > 0 && { options }),
  });
}
