import { join } from 'node:path';
import type { Reference } from '../../registry/reference.ts';
import { canonicalName } from '../../registry/reference.ts';
import { isRuntimeMountPoint } from '../archive/runtime-mount-points.ts';
import { upperLayer } from '../archive/upper-layer.ts';
import type { Engine } from '../engine.ts';
import type { ImageConfig } from '../images/image.ts';
import type { StoredImage } from '../images/image-store.ts';
import type { Images } from '../images/images.ts';
import type { ContainerConfig } from './config.ts';
import { publishContainerEvent } from './event.ts';
import type { LiveContainer } from './live-container.ts';
import { pauseContainer, unpauseContainer } from './pause.ts';

export interface CommitRequest {
  /** With a tag. */
  readonly name?: Reference | undefined;
  /** What the image is to run; the container's own when left out. */
  readonly config?: ContainerConfig | undefined;
  /** What the image's configuration is to be, made of the container's. */
  readonly change: (config: ImageConfig) => ImageConfig;
  readonly author: string;
  readonly comment: string;
  /** Hold a running container's processes while its files are read. */
  readonly pause: boolean;
}

/**
 * Makes an image of a container's image and of what changed since. Rejects with EngineError
 * 'invalid' or 'not-found', and leaves nothing behind.
 */
export async function commitContainer(
  engine: Engine,
  images: Images,
  container: LiveContainer,
  request: CommitRequest,
): Promise<StoredImage> {
  const { id, record } = container;
  const parent = images.resolve(record.image);
  using _parent = images.hold(parent);
  const config = request.change(imageConfig(request.config ?? record.config, parent.config));
  const pausing = request.pause && record.state.status === 'running';
  if (pausing) await pauseContainer(engine, container);
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    // It may have been killed, or unpaused by someone else.
    if (!pausing || container.record.state.status !== 'paused') return;
    await unpauseContainer(engine, container);
  });
  const upper = join(engine.directories.container(id), 'upper');
  using layer = await images.addLayer(upperLayer(upper, isRuntimeMountPoint));
  await stack.disposeAsync();
  const image = await images.commit(
    {
      ...{ parent, layer, config, author: request.author, comment: request.comment },
      createdBy: (record.config.Cmd ?? []).join(' '),
      created: new Date().toISOString(),
    },
    request.name,
  );
  publishContainerEvent(engine, record, 'commit', {
    comment: request.comment,
    imageID: image.id,
    imageRef: request.name === undefined ? '' : canonicalName(request.name),
  });
  return image;
}

/** What of a container's configuration an image keeps. */
function imageConfig(config: ContainerConfig, below: ImageConfig): ImageConfig {
  const { Healthcheck, OnBuild, Shell } = below;
  const { Entrypoint, Cmd, StopSignal } = config;
  return {
    ...(config.User && { User: config.User }),
    ...(Object.keys(config.ExposedPorts).length > 0 && { ExposedPorts: config.ExposedPorts }),
    Env: config.Env,
    ...(Entrypoint && { Entrypoint }),
    ...(Cmd && { Cmd }),
    ...(Object.keys(config.Volumes).length > 0 && { Volumes: config.Volumes }),
    ...(config.WorkingDir && { WorkingDir: config.WorkingDir }),
    Labels: config.Labels,
    ...(StopSignal && { StopSignal }),
    ...(Healthcheck && { Healthcheck }),
    ...(OnBuild && { OnBuild }),
    ...(Shell && { Shell }),
  };
}
