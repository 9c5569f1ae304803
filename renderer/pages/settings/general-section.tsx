import { Button, NativeSelect, SegmentedControl, Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { DesktopState } from '../../../electron/api/desktop.ts';
import { SettingRow, SettingsGroup } from '../../components/settings-group.tsx';
import { client, useSettings } from '../../connection/screen.ts';
import { refreshDesktop, useDesktop } from '../../desktop/desktop.ts';
import { Integrations } from '../../desktop/integrations.tsx';
import { Updates } from './updates.tsx';
import { useSaveApp, useSaveMachine } from './use-save.ts';

/** The app: how it looks, what it does by itself, what it puts into the system. */
export function GeneralSection() {
  const app = useSettings()?.app;
  const save = useSaveApp();
  const [, navigate] = useLocation();
  const desktop = useDesktop();
  if (!app) return null;
  return (
    <>
      <SettingsGroup title="Appearance">
        <SettingRow label="Theme">
          <SegmentedControl
            aria-label="Theme"
            value={app.theme}
            onChange={(theme) => save({ theme })}
            data={[
              { value: 'system', label: 'System' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
          />
        </SettingRow>
      </SettingsGroup>
      <SettingsGroup title="Behaviour">
        <SettingRow
          label="Start the machine again when it crashed"
          text="While Berth is open, at most once in five minutes."
        >
          <Switch
            aria-label="Start the machine again when it crashed"
            checked={app.restartMachine}
            onChange={({ currentTarget }) => save({ restartMachine: currentTarget.checked })}
          />
        </SettingRow>
        <Rest />
        {desktop?.version !== undefined && (
          <SettingRow label="Notifications of the system" text="For what happens by itself.">
            <Switch
              aria-label="Notifications of the system"
              checked={app.nativeNotices}
              onChange={({ currentTarget }) => save({ nativeNotices: currentTarget.checked })}
            />
          </SettingRow>
        )}
        {desktop && <StartAtLogin desktop={desktop} />}
        <SettingRow label="First steps" text="From a machine that is off to a running container.">
          <Button variant="default" size="xs" onClick={() => navigate('/welcome')}>
            Show again
          </Button>
        </SettingRow>
      </SettingsGroup>
      {desktop?.hasUpdates && <Updates version={desktop.version} />}
      <Integrations />
    </>
  );
}

const RESTS = [0, 5, 15, 30, 60, 240];

/** After how long the machine stops by itself; whoever calls on it then has it started. */
function Rest() {
  const minutes = useSettings()?.machine.idleStopMinutes ?? 0;
  const save = useSaveMachine();
  const choices = [...new Set([...RESTS, minutes])].sort((left, right) => left - right);
  return (
    <SettingRow
      label="Let the machine rest when nobody needs it"
      text="Without containers and callers. The next call wakes it."
    >
      <NativeSelect
        aria-label="Let the machine rest when nobody needs it"
        value={minutes}
        onChange={({ currentTarget }) => save({ idleStopMinutes: Number(currentTarget.value) })}
        data={choices.map((each) => ({
          value: String(each),
          label: each === 0 ? 'Never' : `After ${each} minutes`,
        }))}
      />
    </SettingRow>
  );
}

function StartAtLogin({ desktop: { startAtLogin } }: { readonly desktop: DesktopState }) {
  const change = useMutation({
    mutationFn: (enabled: boolean) => client.desktop.setStartAtLogin({ enabled }),
    onSettled: refreshDesktop,
  });
  if (startAtLogin === undefined) return null;
  return (
    <SettingRow label="Start Berth at login">
      <Switch
        aria-label="Start Berth at login"
        checked={startAtLogin}
        onChange={({ currentTarget }) => change.mutate(currentTarget.checked)}
      />
    </SettingRow>
  );
}
