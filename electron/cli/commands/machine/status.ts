import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { MachineStatus } from '../../../api/machine.ts';
import type { PublishedPort } from '../../../api/ports.ts';
import { loggerOf } from '../../../host/base/log.ts';
import { readDataDiskRecord } from '../../../host/home/data-disk-record.ts';
import type { MachinePaths } from '../../../host/home/paths.ts';
import { type PendingImage, pendingImage } from '../../../host/home/pending-image.ts';
import { restartAdvice } from '../../../host/home/restart-advice.ts';
import { pendingSettings } from '../../../host/settings/applied.ts';
import type { SettingsStore } from '../../../host/settings/store.ts';
import { type CliContext, printLine } from '../../context.ts';
import { humanDuration } from '../../format/duration.ts';
import { publishedAddress } from '../../format/published-port.ts';
import { compileTemplate } from '../../template/render.ts';

const log = loggerOf('machine');

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]')
    .option('-f, --format <template>', 'Format output: json or a template, e.g. {{.state}}')
    .action(async (name: string | undefined, { format }: { format?: string }) => {
      const { home, machine, paths, settings } = await context.host(name);
      const status = await machine.status();
      if (format === 'json') return printLine(context, JSON.stringify(status));
      if (format !== undefined) return printLine(context, compileTemplate(format)(status));
      const lines = [
        ...statusLines(status, machine.engineSocket),
        await waitingLine(settings, status),
        imageLine(status.state === 'running' ? await pendingImage(home, paths) : undefined),
        await backupLine(paths),
      ];
      for (const [label, value] of lines) {
        if (value !== undefined) printLine(context, `${`${label}:`.padEnd(14)}${value}`);
      }
    });
}

function statusLines(status: MachineStatus, engineSocket: string): [string, string | undefined][] {
  const { failure, ports = [], domains } = status;
  const running = status.state === 'running' && status.startedAt;
  const since = running ? (Date.now() - Date.parse(running)) / 1000 : undefined;
  const uptime = since === undefined ? '' : ` for ${humanDuration(since).toLowerCase()}`;
  return [
    ['VM', status.name],
    ['State', stateWords(status, uptime)],
    ['Driver', status.driver],
    ['Acceleration', status.accelerator === 'tcg' ? 'none (tcg)' : status.accelerator],
    ['Note', status.acceleratorNote],
    ['Note', status.startNote],
    ['Note', status.imageNote],
    ['CPUs', String(status.cpus)],
    ['Memory', `${status.memoryMiB} MiB`],
    ['Disk', `${status.diskGiB} GiB`],
    ['Socket', engineSocket],
    ['Process', status.pid === undefined ? undefined : String(status.pid)],
    ...ports.map(portLine),
    ...(domains?.list ?? []).map(({ urls }): [string, string | undefined] => ['Web', urls[0]]),
    ['Failure', failure?.message],
    ['Hint', failure?.hint ?? (status.engineNotAnsweringSince && restartAdvice(status.name))],
    [
      'Console',
      failure && failure.console.length > 0 ? `\n${failure.console.join('\n')}` : undefined,
    ],
  ];
}

function stateWords(status: MachineStatus, uptime: string): string {
  const { state, asleep, step, engineNotAnsweringSince: silentSince } = status;
  if (asleep) return 'sleeping; starts with the next command';
  if (state === 'suspended') return 'suspended; resumes with the next command';
  const silent = silentSince ? `, engine not answering since ${localTime(silentSince)}` : '';
  return `${state}${uptime}${step ? ` (${step})` : ''}${silent}`;
}

/** `2026-01-02 15:04:05`. */
const localTime = (time: string) => new Date(time).toLocaleString('sv-SE');

/** The changed settings that take effect only after a restart. */
async function waitingLine(
  settings: SettingsStore,
  status: MachineStatus,
): Promise<[string, string | undefined]> {
  const chosen = await log.attempt('Reading the settings', settings.read());
  const keys = chosen ? pendingSettings(chosen, status) : [];
  return ['Next start', keys.length > 0 ? `applies ${keys.join(', ')}` : undefined];
}

function imageLine(image: PendingImage | undefined): [string, string | undefined] {
  return ['Next restart', image && `uses the new VM image ${image.version}`];
}

/**
 * The copy of the data disk from before its last format change. The user may want its space back.
 */
async function backupLine(paths: MachinePaths): Promise<[string, string | undefined]> {
  const record = await log.attempt(
    'Reading the record of the data disk',
    readDataDiskRecord(paths),
  );
  const backup = record?.backup;
  const isThere = backup && existsSync(paths.dataDiskBackup);
  return ['Backup', isThere ? `${paths.dataDiskBackup} (${backup.madeAt})` : undefined];
}

function portLine(port: PublishedPort): [string, string] {
  const problem = port.problem ? `: not open, ${port.problem}` : '';
  return ['Port', `${publishedAddress(port)} of ${port.containerName}${problem}`];
}
