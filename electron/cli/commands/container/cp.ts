import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import type { CliContext } from '../../context.ts';
import { type CopyEnd, parseCopyEnd } from '../../copy/container-path.ts';
import { type CopyOptions, copyPath } from '../../copy/copy-path.ts';
import { connectEngine } from '../../engine.ts';
import { humanSize } from '../../format/size.ts';

interface CpOptions extends CopyOptions {
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
      const bytes = await copyPath(context, engine, source, target, options);
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
