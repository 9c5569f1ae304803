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

/** The app: its look, its automatic actions, and what it adds to the system. */
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
      <SettingsGroup title="Behavior">
        <SettingRow
          label="Restart the VM after a crash"
          text="While Berth is open, at most once every five minutes."
        >
          <Switch
            aria-label="Restart the VM after a crash"
            checked={app.restartMachine}
            onChange={({ currentTarget }) => save({ restartMachine: currentTarget.checked })}
          />
        </SettingRow>
        <Rest />
        {desktop?.version !== undefined && (
          <SettingRow
            label="System notifications"
            text="Show what happens without you, such as a crash of the VM."
          >
            <Switch
              aria-label="System notifications"
              checked={app.nativeNotices}
              onChange={({ currentTarget }) => save({ nativeNotices: currentTarget.checked })}
            />
          </SettingRow>
        )}
        {desktop && <StartAtLogin desktop={desktop} />}
        <SettingRow label="First steps" text="From a stopped VM to a running container.">
          <Button variant="default" size="xs" onClick={() => navigate('/welcome')}>
            Show first steps
          </Button>
        </SettingRow>
      </SettingsGroup>
      {desktop?.hasUpdates && <Updates version={desktop.version} />}
      <Integrations />
    </>
  );
}

const RESTS = [0, 5, 15, 30, 60, 240];

/** How long the VM stays idle before it stops. The next command starts the VM again. */
function Rest() {
  const minutes = useSettings()?.machine.idleStopMinutes ?? 0;
  const save = useSaveMachine();
  const choices = [...new Set([...RESTS, minutes])].sort((left, right) => left - right);
  return (
    <SettingRow
      label="Stop the VM when idle"
      text="The VM counts as idle when no container runs and no command uses it. The next command starts the VM again."
    >
      <NativeSelect
        aria-label="Stop the VM when idle"
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
