import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { endMachine } from './end-machine.tsx';

/** Restarts the VM, after a question if containers run. */
export const RestartButton = () => (
  <Button
    size="xs"
    flex="none"
    leftSection={<IconRefresh size={15} />}
    onClick={() => endMachine('restart')}
  >
    Restart VM
  </Button>
);
