import { Loader } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type BootStep, bootStepSchema } from '../../electron/api/machine.ts';
import classes from './boot-steps.module.css';

export const STEP_WORDS: Readonly<Record<BootStep, string>> = {
  prepare: 'Preparing disks and keys',
  backup: 'Backing up the data disk',
  launch: 'Launching the virtual machine',
  kernel: 'Booting Linux',
  ssh: 'Connecting over SSH',
  engine: 'Waiting for the engine',
};

/** The steps of a start, and the current one. */
export function BootSteps({ current }: { readonly current: BootStep | undefined }) {
  const steps = bootStepSchema.options;
  const reached = current ? steps.indexOf(current) : 0;
  return (
    <ol className={classes.steps}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={classes.step}
          aria-current={index === reached ? 'step' : undefined}
        >
          <span className={classes.mark} aria-hidden="true">
            {index < reached && <IconCheck size={15} stroke={2.5} />}
            {index === reached && <Loader size={14} />}
          </span>
          {STEP_WORDS[step]}
        </li>
      ))}
    </ol>
  );
}
