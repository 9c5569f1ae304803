import { EventEmitter, on } from 'node:events';
import type { DesktopState } from '../../../api/desktop.ts';
import { HostError } from '../../base/errors.ts';
import type { Integrations } from '../../install/integration.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function desktopHandlers({ desktop, integrations = {}, diagnostics }: ScreenHost) {
  return {
    about: screen.desktop.about.handler(async () => ({
      ...(desktop && { version: desktop.version }),
      ...(desktop?.startAtLogin && { startAtLogin: await desktop.startAtLogin.get() }),
      hasUpdates: desktop?.updates !== undefined,
      hasDiagnostics: diagnostics !== undefined,
      integrations: await statesOf(integrations),
    })),
    setStartAtLogin: screen.desktop.setStartAtLogin.handler(async ({ input }) => {
      await offered(desktop?.startAtLogin).set(input.enabled);
    }),
    updates: screen.desktop.updates.handler(async function* ({ context }) {
      const updates = offered(desktop?.updates);
      const changes = new EventEmitter();
      const stop = updates.onChange((state) => changes.emit('change', state));
      try {
        const later = on(changes, 'change', { signal: context.gone });
        yield updates.state();
        for await (const [state] of later) yield state;
      } catch (error) {
        if (!context.gone.aborted) throw error;
      } finally {
        stop();
      }
    }),
    checkForUpdates: screen.desktop.checkForUpdates.handler(() =>
      offered(desktop?.updates).check(),
    ),
    installUpdate: screen.desktop.installUpdate.handler(() => offered(desktop?.updates).install()),
    integrate: screen.desktop.integrate.handler(async ({ input: { name, installed } }) => {
      const part = offered(integrations[name]);
      await (installed ? part.install() : part.remove());
    }),
    saveDiagnostics: screen.desktop.saveDiagnostics.handler(({ input }) =>
      offered(diagnostics).save(input.path),
    ),
  };
}

async function statesOf({ dockerContext, command }: Integrations) {
  const states: DesktopState['integrations'] = {};
  if (dockerContext) states.dockerContext = await dockerContext.state();
  if (command) states.command = await command.state();
  return states;
}

function offered<T>(part: T | undefined): T {
  if (part !== undefined) return part;
  throw new HostError('invalid', `This feature isn't available here`);
}
