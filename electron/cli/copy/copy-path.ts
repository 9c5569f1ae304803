import { pipeline } from 'node:stream/promises';
import { HostError } from '../../host/base/errors.ts';
import { statContainerPath, writeContainerPath } from '../../host/engine/archives.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import type { CliContext } from '../context.ts';
import type { CopyEnd } from './container-path.ts';
import { copyFromContainer, openContainerPath } from './from-container.ts';
import { copyToContainer } from './to-container.ts';

export interface CopyOptions {
  readonly archive?: boolean;
  readonly followLink?: boolean;
}

/**
 * Copies between a container and this host; `-` is standard input or output. Returns the number of
 * bytes copied; undefined for a copy through a pipe.
 */
export async function copyPath(
  context: CliContext,
  engine: EngineClient,
  source: CopyEnd,
  target: CopyEnd,
  { archive = false, followLink = false }: CopyOptions,
): Promise<number | undefined> {
  if (source.container !== undefined) {
    if (target.path !== '-') {
      return copyFromContainer(engine, source.container, source.path, target.path, followLink);
    }
    const { tar } = await openContainerPath(engine, source.container, source.path, followLink);
    await pipeline(tar, context.stdout, { end: false });
    return undefined;
  }
  const container = target.container ?? '';
  if (source.path !== '-') {
    return copyToContainer(engine, source.path, container, target.path, { archive, followLink });
  }
  const stat = await statContainerPath(engine, container, target.path);
  if (stat !== undefined && !stat.isDirectory && stat.linkTarget === '') {
    throw new HostError('invalid', `destination "${container}:${target.path}" must be a directory`);
  }
  const options = { copyUIDGID: archive };
  await writeContainerPath(engine, container, target.path, context.stdin, options);
  return undefined;
}
