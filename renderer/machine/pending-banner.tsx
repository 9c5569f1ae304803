import { Alert, Button, Group } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMachine, useSettings } from '../connection/screen.ts';
import { endMachine } from './end-machine.tsx';
import { SETTING_WORDS } from './setting-words.ts';

/** Says which settings the running machine does not have yet, with the button that gives them. */
export function PendingBanner() {
  const settings = useSettings();
  const machine = useMachine();
  if (settings?.problem !== undefined) {
    return (
      <Alert color="red" variant="light" title="The settings cannot be read" mb="md">
        {settings.problem}
      </Alert>
    );
  }
  if (!settings || settings.pending.length === 0 || machine?.state !== 'running') return null;
  const words = settings.pending.map((key) => SETTING_WORDS[key]).join(', ');
  return (
    <Alert variant="light" mb="md" role="status" aria-label="Restart to apply">
      <Group justify="space-between" gap="md" wrap="nowrap">
        <span>Restart the machine to apply: {words}.</span>
        <Button
          size="xs"
          flex="none"
          leftSection={<IconRefresh size={15} />}
          onClick={() => endMachine('restart')}
        >
          Restart now
        </Button>
      </Group>
    </Alert>
  );
}
