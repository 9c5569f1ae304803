import { splitTag } from '../../../guest-agent/grammar/reference.ts';
import { HostError } from '../../host/base/errors.ts';
import { pullAuth } from '../../host/credentials/registry-auth.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { createContainer } from '../../host/engine/containers.ts';
import { pullImage } from '../../host/engine/images.ts';
import type { CliContext } from '../context.ts';
import { showProgress } from '../progress/pull-progress.ts';
import { checkFolders } from './check-folders.ts';
import type { AskedContainer } from './container-ask.ts';
import { reserveIdFile } from './id-file.ts';
import type { ContainerOptions } from './options.ts';

/**
 * Creates a container, pulls its image as `--pull` says, and returns its ID. Progress and warnings
 * go to standard error.
 */
export async function createFromImage(
  context: CliContext,
  engine: EngineClient,
  { ask, request }: AskedContainer,
  options: ContainerOptions,
): Promise<string> {
  const { name, platform, pull } = options;
  const { image } = ask;
  const query = {
    ...(name === undefined ? {} : { name }),
    ...(platform === undefined ? {} : { platform }),
  };
  const pullNow = async () => {
    const progress = pullImage(engine, image, {
      ...(await pullAuth(await context.host(), image)),
      ...(platform === undefined ? {} : { platform }),
    });
    await showProgress(progress, context.stderr, { quiet: options.quiet ?? false });
  };
  const createNow = () => createContainer(engine, request, query);

  await checkFolders(context, ask);
  const idFile = options.cidfile === undefined ? undefined : reserveIdFile(options.cidfile);
  try {
    if (pull === 'always') await pullNow();
    const created = await createNow().catch(async (error: unknown) => {
      if (pull !== 'missing' || !isMissingImage(error)) throw error;
      context.stderr.write(`Unable to find image '${withTag(image)}' locally\n`);
      await pullNow();
      return createNow();
    });
    for (const warning of created.Warnings) context.stderr.write(`WARNING: ${warning}\n`);
    idFile?.write(created.Id);
    return created.Id;
  } catch (error) {
    idFile?.discard();
    throw error;
  }
}

function isMissingImage(error: unknown): boolean {
  return error instanceof HostError && error.status === 404 && /no such image/i.test(error.message);
}

const withTag = (image: string) =>
  image.includes('@') || splitTag(image).tag !== undefined ? image : `${image}:latest`;
