import type { SettingsState } from '../../../api/settings-procedures.ts';
import { reasonOf } from '../../base/errors.ts';
import { pendingSettings } from '../../settings/applied.ts';
import { defaultSettings } from '../../settings/store.ts';
import { screen } from '../implementer.ts';
import { readOnAny } from '../read-on-any.ts';
import type { ScreenHost } from '../screen-host.ts';

export function settingsHandlers({ settings, appSettings, machine }: ScreenHost) {
  const read = async (): Promise<SettingsState> => {
    const [app, status] = await Promise.all([appSettings.read(), machine.status()]);
    try {
      const chosen = await settings.read();
      return { machine: chosen, app, pending: pendingSettings(chosen, status) };
    } catch (error) {
      const problem = reasonOf(error);
      return { machine: defaultSettings(), app, pending: [], problem };
    }
  };
  return {
    watch: screen.settings.watch.handler(async function* ({ context }) {
      const streams = [
        (signal: AbortSignal) => settings.changes(signal),
        (signal: AbortSignal) => appSettings.changes(signal),
        (signal: AbortSignal) => machine.watch(signal),
      ];
      yield* readOnAny(streams, read, context.gone);
    }),
    updateMachine: screen.settings.updateMachine.handler(async ({ input }) => {
      const { proxy, ...rest } = input;
      await settings.update('proxy' in input ? { ...rest, proxy: proxy ?? undefined } : rest);
    }),
    updateApp: screen.settings.updateApp.handler(async ({ input }) => {
      await appSettings.update(input);
    }),
  };
}
