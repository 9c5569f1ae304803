import { Loader } from '@mantine/core';
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { MachineStatus } from '../../electron/api/machine.ts';
import { IconButton } from '../components/icon-button.tsx';
import { StateDot } from '../components/state-dot.tsx';
import { client, useMachine } from '../connection/screen.ts';
import { STEP_WORDS } from './boot-steps.tsx';
import { endMachine } from './end-machine.tsx';
import classes from './machine-card.module.css';
import { MachineMenu } from './machine-menu.tsx';
import { isChanging, isDown, toneOf, wordsOf } from './machine-state.ts';

/** The VM at the foot of the sidebar: its state, and its one button. */
export function MachineCard() {
  const machine = useMachine();
  const start = useMutation({ mutationFn: () => client.machine.start() });
  const end = useMutation({ mutationFn: endMachine });
  if (!machine) return null;
  const { state } = machine;
  return (
    <div className={classes.card}>
      <Link to="/machine" className={classes.words ?? ''}>
        <span className={classes.state} role="status">
          <StateDot tone={toneOf(machine)} />
          {wordsOf(machine)}
        </span>
        <span className={classes.detail} title={machine.acceleratorNote}>
          {machine.name === 'default' ? '' : `${machine.name} · `}
          {detailOf(machine)}
        </span>
      </Link>
      {state === 'running' && (
        <IconButton
          label="Stop VM"
          icon={<IconPlayerStopFilled size={16} />}
          loading={end.isPending}
          onClick={() => end.mutate('stop')}
        />
      )}
      {isDown(state) && (
        <IconButton
          label="Start VM"
          icon={<IconPlayerPlayFilled size={16} />}
          loading={start.isPending}
          onClick={() => start.mutate()}
        />
      )}
      {isChanging(state) && <Loader size={16} m={6} />}
      <MachineMenu />
    </div>
  );
}

function detailOf({ state, step, cpus, memoryMiB, accelerator }: MachineStatus): string {
  if (state === 'starting' && step) return STEP_WORDS[step];
  const size = `${cpus} CPU${cpus === 1 ? '' : 's'}, ${Number((memoryMiB / 1024).toFixed(2))} GiB`;
  return state === 'running' && accelerator === 'tcg' ? `${size}, emulated` : size;
}
