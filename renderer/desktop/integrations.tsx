import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { IntegrationName } from '../../electron/api/desktop.ts';
import { SettingRow, SettingsGroup } from '../components/settings-group.tsx';
import { client } from '../connection/screen.ts';
import { refreshDesktop, useDesktop } from './desktop.ts';

const PARTS: Readonly<Record<IntegrationName, { label: string; text: string; foreign: string }>> = {
  command: {
    label: 'The berth command',
    text: 'In the PATH of your terminals.',
    foreign: 'There is another berth command in its place. It is left alone.',
  },
  dockerContext: {
    label: 'A context for docker',
    text: 'With docker context use berth, the docker command speaks to the machine.',
    foreign: 'There is another context of the name berth. It is left alone.',
  },
};

const NAMES = ['command', 'dockerContext'] as const;

/** What Berth puts into the user's own system, where the host offers it. */
export function Integrations() {
  const states = useDesktop()?.integrations;
  const change = useMutation({
    mutationFn: (part: { name: IntegrationName; installed: boolean }) =>
      client.desktop.integrate(part),
    onSettled: refreshDesktop,
  });
  if (!states) return null;
  const offered = NAMES.filter((name) => states[name] !== undefined);
  if (offered.length === 0) return null;
  return (
    <SettingsGroup title="Command line">
      {offered.map((name) => {
        const { label, text, foreign } = PARTS[name];
        const state = states[name];
        return (
          <SettingRow key={name} label={label} text={state === 'foreign' ? foreign : text}>
            <Switch
              aria-label={label}
              disabled={state === 'foreign'}
              checked={state === 'present'}
              onChange={({ currentTarget }) =>
                change.mutate({ name, installed: currentTarget.checked })
              }
            />
          </SettingRow>
        );
      })}
    </SettingsGroup>
  );
}
