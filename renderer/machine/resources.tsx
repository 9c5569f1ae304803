import { Slider } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SettingsPatch } from '../../electron/api/settings.ts';
import { client, useMachine, useSettings } from '../connection/screen.ts';
import classes from './panel.module.css';
import { useHostResources } from './use-host-resources.ts';

const MEMORY_STEP = 256;
const LEAST_MEMORY = 512;
const MOST_DISK = 1024;

/** The VM's resources, up to those of the host. */
export function Resources() {
  const settings = useSettings();
  const machine = useMachine();
  const computer = useHostResources();
  const save = useMutation({
    mutationFn: (patch: SettingsPatch) => client.settings.updateMachine(patch),
  });
  if (!settings || !computer) return null;
  const { cpus, memoryMiB, diskGiB } = settings.machine;
  const mostMemory = Math.floor(computer.memoryMiB / MEMORY_STEP) * MEMORY_STEP;
  return (
    <section className={classes.card} aria-label="Resources">
      <h2 className={classes.heading}>Resources</h2>
      <p className={classes.quiet}>
        Most changes apply at once. To add memory, restart the VM. The disk takes space only as it
        fills. You can make the disk larger, but not smaller.
      </p>
      <div className={classes.sliders}>
        <Choice
          label="CPUs"
          value={cpus}
          words={(value) => `${value} of ${computer.cpus}`}
          min={1}
          max={Math.max(computer.cpus, cpus)}
          onChoose={(value) => save.mutate({ cpus: value })}
        />
        <Choice
          label="Memory"
          value={memoryMiB}
          words={(value) => `${gibibytes(value)} of ${gibibytes(computer.memoryMiB)} GiB`}
          min={LEAST_MEMORY}
          max={Math.max(mostMemory, memoryMiB)}
          step={MEMORY_STEP}
          onChoose={(value) => save.mutate({ memoryMiB: value })}
        />
        <Choice
          label="Disk"
          value={diskGiB}
          words={(value) => `up to ${value} GiB`}
          min={machine?.diskGiB ?? diskGiB}
          max={Math.max(MOST_DISK, diskGiB)}
          step={8}
          onChoose={(value) => save.mutate({ diskGiB: value })}
        />
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: number;
  readonly words: (value: number) => string;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly onChoose: (value: number) => void;
}

/** Follows the pointer, and saves when it is released. */
function Choice({ label, value, words, min, max, step = 1, onChoose }: ChoiceProps) {
  const [shown, setShown] = useState(value);
  useEffect(() => setShown(value), [value]);
  return (
    <div>
      <div className={classes.label}>
        {label}
        <span className={classes.value}>{words(shown)}</span>
      </div>
      <Slider
        value={shown}
        onChange={setShown}
        onChangeEnd={(chosen) => chosen !== value && onChoose(chosen)}
        min={min}
        max={max}
        step={step}
        label={null}
        thumbLabel={label}
      />
    </div>
  );
}

const gibibytes = (mebibytes: number) => Number((mebibytes / 1024).toFixed(2));
