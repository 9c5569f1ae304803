import { useMutation } from '@tanstack/react-query';
import type { AppSettingsPatch } from '../../../electron/api/app-settings.ts';
import type { MachinePatch } from '../../../electron/api/settings-procedures.ts';
import { client } from '../../connection/screen.ts';

/** Saves settings of the app. The page shows them once the host reports the change. */
export const useSaveApp = () =>
  useMutation({ mutationFn: (patch: AppSettingsPatch) => client.settings.updateApp(patch) }).mutate;

/** Saves settings of the VM in the same way. */
export const useSaveMachine = () =>
  useMutation({ mutationFn: (patch: MachinePatch) => client.settings.updateMachine(patch) }).mutate;
