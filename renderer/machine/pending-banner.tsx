import { Alert, Group } from '@mantine/core';
import { useMachine, useSettings } from '../connection/screen.ts';
import { RestartButton } from './restart-button.tsx';
import { SETTING_WORDS } from './setting-words.ts';

interface PendingBannerProps {
  /** Only if one of these settings is among them. */
  readonly only?: readonly (keyof typeof SETTING_WORDS)[];
}

/** Names the settings that need a restart of the running VM, and offers the restart. */
export function PendingBanner({ only }: PendingBannerProps) {
  const settings = useSettings();
  const machine = useMachine();
  if (settings?.problem !== undefined) {
    return (
      <Alert color="red" variant="light" title="Berth can't read the settings" mb="md">
        {settings.problem}
      </Alert>
    );
  }
  if (!settings || settings.pending.length === 0 || machine?.state !== 'running') return null;
  if (only && !only.some((key) => settings.pending.includes(key))) return null;
  const words = settings.pending.map((key) => SETTING_WORDS[key]).join(', ');
  return (
    <Alert variant="light" mb="md" role="status" aria-label="Restart to apply">
      <Group justify="space-between" gap="md" wrap="nowrap">
        <span>Restart the VM to apply: {words}.</span>
        <RestartButton />
      </Group>
    </Alert>
  );
}
