import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { IntegrationName } from '../../electron/api/desktop.ts';
import { SettingRow, SettingsGroup } from '../components/settings-group.tsx';
import { client } from '../connection/screen.ts';
import { refreshDesktop, useDesktop } from './desktop.ts';

const PARTS: Readonly<Record<IntegrationName, { label: string; text: string; foreign: string }>> = {
  command: {
    label: 'berth command',
    text: 'Adds berth to the PATH of your terminals.',
    foreign: 'Another berth command is already there. Berth leaves it alone.',
  },
  dockerContext: {
    label: 'Docker context',
    text: 'To use Berth with the docker command, run “docker context use berth”.',
    foreign: 'Another context named berth already exists. Berth leaves it alone.',
  },
};

const NAMES = ['command', 'dockerContext'] as const;

/** What Berth adds to the user's system, as far as the host offers it. */
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
