import { Alert, Button, Group } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMachine, useSettings } from '../connection/screen.ts';
import { endMachine } from './end-machine.tsx';
import { SETTING_WORDS } from './setting-words.ts';

/** Names the settings that need a restart of the running VM, and offers the restart. */
export function PendingBanner() {
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
  const words = settings.pending.map((key) => SETTING_WORDS[key]).join(', ');
  return (
    <Alert variant="light" mb="md" role="status" aria-label="Restart to apply">
      <Group justify="space-between" gap="md" wrap="nowrap">
        <span>Restart the VM to apply: {words}.</span>
        <Button
          size="xs"
          flex="none"
          leftSection={<IconRefresh size={15} />}
          onClick={() => endMachine('restart')}
        >
          Restart VM
        </Button>
      </Group>
    </Alert>
  );
}
