import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { disconnectTools } from '../../../host/docker-cli/disconnect-tools.ts';
import { isRemovable } from '../../../host/home/machine-directory.ts';
import type { Host } from '../../../host/host.ts';
import {
  appDataDirectory,
  removeData,
  requireOwnFolder,
} from '../../../host/uninstall/remove-data.ts';
import { isAppRunning } from '../../../host/uninstall/running-app.ts';
import { removeWindowsEntries } from '../../../host/uninstall/windows-entries.ts';
import { type CliContext, printLine } from '../../context.ts';
import { describe, ExitStatus, exitCodes } from '../../exit-code.ts';
import { confirm } from '../../prompt/confirm.ts';
import { stopAll } from '../../stop-all.ts';

interface Options {
  readonly data?: boolean;
  readonly force?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .option(
      '--data',
      'Also delete all VMs with their containers, images and volumes, and all settings',
    )
    .option('-f, --force', 'Do not prompt for confirmation')
    .action(async ({ data, force }: Options) => {
      const host = await context.host();
      if (data) await requireDeletable(host.home);
      if (!force && !(await confirm(context, warning(host.home, data === true)))) return;
      const steps = [
        // Killing a VM is enough if its disk is deleted, and works for a VM that can't stop.
        ...(data
          ? []
          : [{ name: 'stopping the VMs', run: () => stopAll(context, { asleep: true }) }]),
        { name: 'removing Docker contexts', run: () => removeContexts(context) },
        {
          name: 'removing `berth` from PATH',
          run: async () => host.integrations.command?.remove(),
        },
        ...(process.platform === 'win32'
          ? [{ name: 'removing registry entries', run: () => removeWindowsEntries() }]
          : []),
        ...(data ? [{ name: 'deleting the data', run: () => deleteData(context, host) }] : []),
      ];
      let failed = false;
      for (const { name, run } of steps) {
        try {
          await run();
        } catch (error) {
          failed = true;
          context.stderr.write(`berth: ${name} failed: ${describe(error)}\n`);
        }
      }
      if (failed) throw new ExitStatus(exitCodes.failure);
      printLine(context, farewell(host.home, data === true));
    });
}

/** Rejects before anything changes, because half of the data would stay. */
async function requireDeletable(home: string): Promise<void> {
  await requireOwnFolder(home);
  const appData = appDataDirectory();
  if (!appData || !(await isAppRunning(appData))) return;
  throw new HostError('invalid', 'The Berth app is open, and would write its files again', {
    hint: 'Quit Berth, then run `berth uninstall --data` again.',
  });
}

function warning(home: string, data: boolean): string {
  const places =
    process.platform === 'win32'
      ? '`docker context`, from your PATH and from the programs that start at login'
      : '`docker context` and from your PATH';
  const removed = `This will stop all VMs, and remove Berth from ${places}.`;
  return data
    ? `${removed} It will also delete all VMs with their containers, images and volumes, and your settings, in ${home}. This data can't be recovered.`
    : `${removed} Your VMs and settings stay in ${home}.`;
}

async function removeContexts(context: CliContext): Promise<void> {
  const { machines } = await context.host();
  for (const name of await machines.list()) {
    const { machine, credentials } = await context.host(name);
    await disconnectTools({ name, engineSocket: machine.engineSocket }, credentials.path);
  }
}

async function deleteData(context: CliContext, { machines, home }: Host): Promise<void> {
  for (const name of await machines.list()) {
    const { machine, paths } = await context.host(name);
    await machine.kill();
    if (await isRemovable(paths)) await machines.remove(name);
  }
  const left = await removeData(home);
  if (left.length > 0) {
    context.stderr.write(
      `berth: these files in ${home} aren't Berth's and stay: ${left.join(', ')}\n`,
    );
  }
}

function farewell(home: string, data: boolean): string {
  const next = {
    darwin: 'Now move Berth from the Applications folder to the Trash.',
    win32: 'Now uninstall Berth in Settings > Apps, if you started this command yourself.',
  }[process.platform as string];
  const rest = next ?? 'Now remove the program, for example with `sudo apt remove berth`.';
  return data
    ? `Berth's data was deleted. ${rest}`
    : `${rest} Your VMs and settings stay in ${home}.`;
}
