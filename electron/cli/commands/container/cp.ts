import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { statContainerPath, writeContainerPath } from '../../../host/engine/archives.ts';
import type { EngineClient } from '../../../host/engine/connection/client.ts';
import type { CliContext } from '../../context.ts';
import { type CopyEnd, parseCopyEnd } from '../../copy/container-path.ts';
import { copyFromContainer, openContainerPath } from '../../copy/from-container.ts';
import { copyToContainer } from '../../copy/to-container.ts';
import { connectEngine } from '../../engine.ts';
import { humanSize } from '../../format/size.ts';

interface CpOptions {
  readonly archive?: boolean;
  readonly followLink?: boolean;
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<source>', 'PATH, CONTAINER:PATH, or - for a tar on standard input')
    .argument('<target>', 'CONTAINER:PATH, PATH, or - for a tar on standard output')
    .option('-a, --archive', 'Archive mode (copy all uid/gid information)')
    .option('-L, --follow-link', 'Always follow symbolic links in SOURCE')
    .option('-q, --quiet', 'Suppress progress output during copy')
    .action(async (sourceText: string, targetText: string, options: CpOptions) => {
      const [source, target] = [parseCopyEnd(sourceText), parseCopyEnd(targetText)];
      checkEnds(source, target);
      const engine = await connectEngine(context);
      const bytes = await copy(context, engine, source, target, options);
      if (bytes === undefined || options.quiet || !context.stderr.isTTY) return;
      context.stderr.write(`Successfully copied ${humanSize(bytes, 3)} to ${targetText}\n`);
    });
}

function checkEnds(source: CopyEnd, target: CopyEnd): void {
  if (source.container !== undefined && target.container !== undefined) {
    throw new HostError('invalid', 'copying between containers is not supported');
  }
  if (source.container === undefined && target.container === undefined) {
    throw new HostError('invalid', 'must specify at least one container source');
  }
}

/** Returns the number of bytes copied; undefined for a copy through a pipe. */
async function copy(
  context: CliContext,
  engine: EngineClient,
  source: CopyEnd,
  target: CopyEnd,
  { archive = false, followLink = false }: CpOptions,
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
