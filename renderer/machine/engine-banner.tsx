import { Alert, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useIsConnected, useMachine } from '../connection/screen.ts';
import { RestartButton } from './restart-button.tsx';

/** Shown on every page while the engine of the running VM is silent: nothing else would say why. */
export function EngineBanner() {
  const machine = useMachine();
  const connected = useIsConnected();
  const since = machine?.engineNotAnsweringSince;
  if (!connected || machine?.state !== 'running' || since === undefined) return null;
  return (
    <Alert
      color="red"
      variant="light"
      radius={0}
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title="The container engine isn't answering"
    >
      <Group justify="space-between" gap="md" wrap="nowrap">
        <span>
          No answer since {new Date(since).toLocaleTimeString()}. Containers keep running, but Berth
          can't show or control them. If the engine doesn't recover within a minute, restart the VM.
        </span>
        <RestartButton />
      </Group>
    </Alert>
  );
}
