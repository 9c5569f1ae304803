import { Loader } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { MachineState, MachineStatus } from '../../electron/api/machine.ts';
import { IconButton } from '../components/icon-button.tsx';
import { StateDot, type Tone } from '../components/state-dot.tsx';
import { client, useMachine } from '../connection/screen.ts';
import { STEP_WORDS } from './boot-steps.tsx';
import classes from './machine-card.module.css';

const WORDS: Readonly<Record<MachineState, string>> = {
  stopped: 'Machine stopped',
  starting: 'Machine starting',
  running: 'Machine running',
  stopping: 'Machine stopping',
  failed: 'Machine failed',
};

const TONES: Readonly<Record<MachineState, Tone>> = {
  stopped: 'idle',
  starting: 'busy',
  running: 'good',
  stopping: 'busy',
  failed: 'bad',
};

/** The machine at the foot of the sidebar: how it is, and its one button. */
export function MachineCard() {
  const machine = useMachine();
  const start = useMutation({ mutationFn: () => client.machine.start() });
  const stop = useMutation({ mutationFn: () => client.machine.stop() });
  if (!machine) return null;
  const { state } = machine;
  return (
    <div className={classes.card}>
      <div className={classes.words} role="status">
        <span className={classes.state}>
          <StateDot tone={TONES[state]} />
          {machine.asleep ? 'Machine asleep' : WORDS[state]}
        </span>
        <span className={classes.detail} title={machine.acceleratorNote}>
          {detailOf(machine)}
        </span>
      </div>
      {state === 'running' && (
        <IconButton
          label="Stop the machine"
          icon={<IconPlayerStop size={16} />}
          loading={stop.isPending}
          onClick={() => stop.mutate()}
        />
      )}
      {(state === 'stopped' || state === 'failed') && (
        <IconButton
          label="Start the machine"
          icon={<IconPlayerPlay size={16} />}
          loading={start.isPending}
          onClick={() => start.mutate()}
        />
      )}
      {(state === 'starting' || state === 'stopping') && <Loader size={16} m={6} />}
    </div>
  );
}

function detailOf({ state, step, cpus, memoryMiB, accelerator }: MachineStatus): string {
  if (state === 'starting' && step) return STEP_WORDS[step];
  const size = `${cpus} CPU${cpus === 1 ? '' : 's'}, ${Number((memoryMiB / 1024).toFixed(1))} GiB`;
  return state === 'running' && accelerator === 'tcg' ? `${size}, emulated` : size;
}
