import { Button, Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { UpdateState } from '../../../electron/api/desktop.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { SettingRow, SettingsGroup } from '../../components/settings-group.tsx';
import { createLive } from '../../connection/live.ts';
import { client, useSettings } from '../../connection/screen.ts';
import { drafts } from '../../drafts/drafts.ts';
import { useSaveApp } from './use-save.ts';

const live = createLive((signal) => client.desktop.updates(undefined, { signal }));

/** New versions of the app. */
export function Updates({ version }: { readonly version: string | undefined }) {
  const state = useSyncExternalStore(live.subscribe, live.current);
  const automatic = useSettings()?.app.automaticUpdates ?? true;
  const save = useSaveApp();
  const check = useMutation({ mutationFn: () => client.desktop.checkForUpdates() });
  const install = useMutation({ mutationFn: () => client.desktop.installUpdate() });
  return (
    <SettingsGroup title="Updates">
      <SettingRow label="Check for updates automatically">
        <Switch
          aria-label="Check for updates automatically"
          checked={automatic}
          onChange={({ currentTarget }) => save({ automaticUpdates: currentTarget.checked })}
        />
      </SettingRow>
      <SettingRow label={`Berth ${version ?? ''}`} text={state && wordsOf(state)}>
        {state?.state === 'ready' ? (
          <Button size="xs" loading={install.isPending} onClick={() => restart(install.mutate)}>
            Restart Berth to update
          </Button>
        ) : (
          <Button
            size="xs"
            variant="default"
            loading={check.isPending || state?.state === 'checking'}
            onClick={() => check.mutate()}
          >
            Check now
          </Button>
        )}
      </SettingRow>
    </SettingsGroup>
  );
}

/** Asks first when the restart would lose something. */
function restart(go: () => void): void {
  if (!drafts.isUnsaved) {
    go();
    return;
  }
  confirmLoss({
    title: 'Restart with unsaved changes?',
    children: "You lose what you typed but haven't saved.",
    action: 'Restart Berth',
    otherwise: 'Keep editing',
    onConfirm: go,
  });
}

function wordsOf(update: UpdateState): string | undefined {
  switch (update.state) {
    case 'unknown':
    case 'checking':
      return undefined;
    case 'newest':
      return 'You have the latest version.';
    case 'fetching':
      return `Downloading ${update.version}: ${Math.round(update.fraction * 100)} %`;
    case 'ready':
      return `${update.version} is ready to install. The update stops the VM, which starts with its new image the next time.`;
    case 'failed':
      return update.message;
  }
}
