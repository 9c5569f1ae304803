import { HostError } from '../../base/errors.ts';
import { disconnectTools } from '../../docker-cli/disconnect-tools.ts';
import { defaultMachine } from '../../home/paths.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function machinesHandlers(host: ScreenHost) {
  const { name: shown, machine, machines } = host;
  const controlOf = (name: string) => {
    const control = name === shown ? machine : host.openMachine?.(name).machine;
    if (control) return control;
    throw new HostError('invalid', `No VM is named "${name}"`);
  };
  return {
    list: screen.machines.list.handler(async () => {
      const names = (await machines?.list()) ?? [shown];
      return Promise.all(
        names.map(async (name) => {
          const { state, cpus, memoryMiB, diskGiB } = await controlOf(name).status();
          const isDefault = name === defaultMachine;
          return { name, state, cpus, memoryMiB, diskGiB, isDefault, isShown: name === shown };
        }),
      );
    }),
    create: screen.machines.create.handler(async ({ input: { name, ...sizes } }) => {
      if (!machines) throw new HostError('invalid', 'This app shows one VM only');
      await machines.create(name, sizes);
    }),
    remove: screen.machines.remove.handler(async ({ input: { name } }) => {
      if (name === shown) {
        throw new HostError('invalid', `This window shows the VM "${name}"`, {
          hint: 'Switch to another VM, then remove this one.',
        });
      }
      const control = controlOf(name);
      await control.kill();
      await machines?.remove(name);
      await disconnectTools({ name, engineSocket: control.engineSocket }, host.credentials.path);
    }),
    start: screen.machines.start.handler(
      async ({ input: { name } }) => void (await controlOf(name).start()),
    ),
    stop: screen.machines.stop.handler(({ input: { name } }) => controlOf(name).stop()),
  };
}
