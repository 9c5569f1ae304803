import { Alert, Code } from '@mantine/core';
import type { MachineStatus } from '../../../electron/api/machine.ts';
import { Prose } from '../../format/prose.tsx';
import { AcceleratorNote } from '../../machine/accelerator-note.tsx';
import { BootSteps } from '../../machine/boot-steps.tsx';
import { ImageBanner } from '../../machine/image-banner.tsx';
import classes from '../../machine/panel.module.css';
import { PendingBanner } from '../../machine/pending-banner.tsx';
import { Resources } from '../../machine/resources.tsx';
import { About } from './about.tsx';
import { DiskUsage } from './disk-usage.tsx';
import { Usage } from './usage.tsx';

/** Everything about the VM on one page. */
export function Overview({ machine }: { readonly machine: MachineStatus }) {
  const { state, step, failure, startNote, acceleratorNote } = machine;
  return (
    <div className={classes.overview}>
      <PendingBanner />
      <ImageBanner />
      {state === 'starting' && (
        <section className={classes.card} aria-label="Start">
          <BootSteps current={step} />
        </section>
      )}
      {failure && (
        <Alert color="red" variant="light" title={failure.message} mb="md">
          {failure.hint && <Prose text={failure.hint} />}
          {failure.console.length > 0 && (
            <Code block mt="sm" tabIndex={0} className={classes.lines}>
              {failure.console.join('\n')}
            </Code>
          )}
        </Alert>
      )}
      {startNote && (
        <Alert color="red" variant="light" title="The VM started from scratch" mb="md">
          {startNote}
        </Alert>
      )}
      {acceleratorNote && (
        <Alert
          variant="light"
          color="yellow"
          title="Slow: the processor is emulated"
          mb="md"
          c="var(--mantine-color-text)"
          bg="color-mix(in srgb, var(--busy) 14%, transparent)"
          styles={{ title: { color: 'inherit' } }}
        >
          <AcceleratorNote text={acceleratorNote} />
        </Alert>
      )}
      {state === 'running' && <Usage />}
      <Resources />
      {state === 'running' && <DiskUsage />}
      <About machine={machine} />
    </div>
  );
}
