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
  /** With a tag. */
  readonly name?: Reference | undefined;
  /** What the image is to run, where it isn't what the container does. */
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

/** What of a container's configuration an image keeps: all that it says of what runs, and how. */
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

/** In an image, what is left out is the default. */
function withoutZeros({ Test, ...numbers }: HealthConfig): NonNullable<ImageConfig['Healthcheck']> {
  return {
    Test,
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0)),
  };
}
