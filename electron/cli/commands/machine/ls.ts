import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { loggerOf } from '../../../host/base/log.ts';
import { unlessMissing } from '../../../host/base/system-error.ts';
import { defaultMachine } from '../../../host/home/paths.ts';
import { pendingImage } from '../../../host/home/pending-image.ts';
import type { CliContext } from '../../context.ts';
import { type ListingRow, renderListing } from '../../format/listing.ts';
import { binarySize } from '../../format/size.ts';

const log = loggerOf('machine');

interface ListOptions {
  readonly format?: string;
  readonly quiet?: boolean;
}

const HEADERS = {
  Name: 'NAME',
  Current: 'CURRENT',
  State: 'STATE',
  CPUs: 'CPUS',
  Memory: 'MEMORY',
  Disk: 'DISK',
  DiskUsed: 'DISK USED',
  Note: 'NOTE',
  Socket: 'SOCKET',
};

export function define(command: Command, context: CliContext): void {
  command
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('-q, --quiet', 'Only display names')
    .action(async ({ format, quiet }: ListOptions) => {
      const { machines } = await context.host(defaultMachine);
      const current = (await log.attempt('Looking for the current machine', context.host()))?.name;
      const names = await machines.list();
      const rows = await Promise.all(names.map((name) => machineRow(context, name, current)));
      // Most of the time, there is nothing to note.
      const note = rows.some(({ Note }) => Note) ? '\t{{.Note}}' : '';
      context.stdout.write(
        renderListing(rows, {
          format: quiet && format === undefined ? '{{.Name}}' : format,
          table: `{{.Name}}\t{{.Current}}\t{{.State}}\t{{.CPUs}}\t{{.Memory}}\t{{.Disk}}\t{{.DiskUsed}}${note}`,
          headers: HEADERS,
        }),
      );
    });
}

async function machineRow(
  context: CliContext,
  name: string,
  current: string | undefined,
): Promise<ListingRow> {
  const { home, machine, paths } = await context.host(name);
  const { state, cpus, memoryMiB, diskGiB } = await machine.status();
  const image = state === 'running' ? await pendingImage(home, paths) : undefined;
  return {
    ...{ Name: name, Current: name === current ? '*' : '', State: state, CPUs: String(cpus) },
    Memory: binarySize(memoryMiB * 1024 ** 2),
    Disk: binarySize(diskGiB * 1024 ** 3),
    DiskUsed: binarySize(await bytesOnDisk(paths.dataDisk)),
    Socket: machine.engineSocket,
    Note: image ? `new VM image ${image.version} at the next restart` : '',
  };
}

/** The disk space that a sparse file takes. */
async function bytesOnDisk(path: string): Promise<number> {
  return ((await stat(path).catch(unlessMissing))?.blocks ?? 0) * 512;
}
