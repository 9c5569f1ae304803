import type { Command } from 'commander';
import type { VmImageProgress } from '../../../api/vm-image.ts';
import { HostError } from '../../../host/base/errors.ts';
import { restartCommand } from '../../../host/home/restart-advice.ts';
import { type CliContext, type Output, printLine } from '../../context.ts';
import { humanSize } from '../../format/size.ts';

interface UpdateOptions {
  readonly check?: boolean;
  readonly rollback?: boolean;
  readonly force?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('--check', 'Show the VM image and whether there is a newer one')
    .option('--rollback', 'Use the previous VM image again')
    .option('--force', 'Install a VM image that failed here before, or that you left')
    .action(async (options: UpdateOptions) => {
      if ([options.check, options.rollback, options.force].filter(Boolean).length > 1) {
        throw new HostError('invalid', 'Use only one of --check, --rollback and --force');
      }
      if (options.check) await check(context);
      else if (options.rollback) await rollBack(context);
      else await install(context, options.force ?? false);
    });
}

async function check(context: CliContext): Promise<void> {
  const { vmImages } = await context.host();
  const { version, isDownloaded, directory, previous, rejected, canUpdate } =
    await vmImages.state();
  if (directory !== undefined) {
    printLine(context, `VM image ${version}, from BERTH_IMAGE_DIR (${directory})`);
    printLine(context, 'To use downloaded images, unset BERTH_IMAGE_DIR.');
    return;
  }
  printLine(context, `VM image ${version}${isDownloaded ? '' : ', which comes with Berth'}`);
  if (previous) printLine(context, `Previous VM image: ${previous}`);
  for (const { version: left, reason, at } of rejected) {
    printLine(context, `Not used since ${at.slice(0, 10)}: ${left} (${reason})`);
  }
  if (!canUpdate) {
    printLine(context, "This build of Berth doesn't look for new VM images.");
    return;
  }
  const update = await vmImages.check();
  switch (update.found) {
    case 'nothing':
      return printLine(context, 'This is the newest VM image.');
    case 'needs-berth':
      return printLine(
        context,
        `VM image ${update.version} needs Berth ${update.berth} or newer. Update Berth first.`,
      );
    case 'update': {
      const size = humanSize(update.bytes, 3);
      const command = `berth machine update${update.rejected ? ' --force' : ''}`;
      return printLine(
        context,
        `VM image ${update.version} is available (${size}). To install it, run \`${command}\`.`,
      );
    }
  }
}

async function install(context: CliContext, force: boolean): Promise<void> {
  const { vmImages } = await context.host();
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  const progress = progressLine(context.stderr);
  context.signals.on('SIGINT', stop);
  try {
    const version = await vmImages.install({
      ...{ force, onProgress: progress.show, signal: stopping.signal },
    });
    progress.end();
    if (version === undefined) {
      printLine(context, `VM image ${(await vmImages.state()).version} is the newest`);
      return;
    }
    printLine(context, `VM image ${version} is installed`);
    await adviseRestart(context);
  } catch (error) {
    progress.end();
    if (!stopping.signal.aborted) throw error;
    throw new HostError('cancelled', 'The download was stopped', {
      hint: 'The next `berth machine update` continues the download.',
      cause: error,
    });
  } finally {
    context.signals.off('SIGINT', stop);
  }
}

async function rollBack(context: CliContext): Promise<void> {
  const { vmImages } = await context.host();
  printLine(context, `VMs use VM image ${await vmImages.rollBack()} from their next start`);
  await adviseRestart(context);
}

/** Running VMs keep the image that they booted. */
async function adviseRestart(context: CliContext): Promise<void> {
  const { machines } = await context.host();
  for (const name of await machines.list()) {
    const { machine } = await context.host(name);
    if ((await machine.status()).state !== 'running') continue;
    printLine(
      context,
      `VM "${name}" runs with its present image. To restart the VM, run \`${restartCommand(name)}\`.`,
    );
  }
}

/** One line that is redrawn on a terminal; nothing elsewhere. */
function progressLine(output: Output) {
  let shown = '';
  return {
    show({ bytes, total }: VmImageProgress): void {
      const text = `downloading the VM image: ${humanSize(bytes, 3)} of ${humanSize(total, 3)}`;
      if (!output.isTTY || text === shown) return;
      shown = text;
      output.write(`\r\x1b[2K${text}`);
    },
    end(): void {
      if (shown) output.write('\r\x1b[2K');
      shown = '';
    },
  };
}
