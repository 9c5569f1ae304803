import { join } from 'node:path';
import type { Reference } from '../../../registry/reference.ts';
import { canonicalName } from '../../../registry/reference.ts';
import { isRuntimeMountPoint } from '../../archive/runtime-mount-points.ts';
import { upperLayer } from '../../archive/upper-layer.ts';
import type { Engine } from '../../engine.ts';
import type { Images } from '../../images/images.ts';
import type { ImageConfig } from '../../images/store/image.ts';
import type { StoredImage } from '../../images/store/stored-image.ts';
import { mergeConfig } from '../lifecycle/create.ts';
import { whileFrozen } from '../lifecycle/pause.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import type { ContainerConfig } from '../request/config.ts';
import type { HealthConfig } from '../request/health-config.ts';

export interface CommitRequest {
  /** The image's name, with a tag. */
  readonly name?: Reference | undefined;
  /** Settings of the image that differ from the container's. */
  readonly config?: ContainerConfig | undefined;
  /** Changes the configuration that comes from the container. */
  readonly change: (config: ImageConfig) => ImageConfig;
  readonly author: string;
  readonly comment: string;
  /** Whether to pause a running container while its files are read. */
  readonly pause: boolean;
}

/**
 * Creates an image from a container's image and its changes. Rejects with EngineError 'invalid' or
 * 'not-found', and then leaves nothing behind.
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
  const own = imageConfig(record.config);
  const config = request.change(
    request.config ? imageConfig(mergeConfig(request.config, own, '')) : own,
  );
  const upper = join(engine.directories.container(id), 'upper');
  const read = () => images.addLayer(upperLayer(upper, isRuntimeMountPoint));
  using layer = await (request.pause ? whileFrozen(engine, container, read) : read());
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

/** The part of a container's configuration that an image keeps: all settings of its command. */
function imageConfig(config: ContainerConfig): ImageConfig {
  const { Entrypoint, Cmd, StopSignal, Healthcheck, Shell } = config;
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
    ...(Healthcheck && { Healthcheck: withoutZeros(Healthcheck) }),
    ...(Shell && { Shell }),
  };
}

/** An image omits settings that have the default value. */
function withoutZeros({ Test, ...numbers }: HealthConfig): NonNullable<ImageConfig['Healthcheck']> {
  return {
    Test,
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0)),
  };
}
