import { Loader, Text, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBolt,
  IconCheck,
  IconPlayerStopFilled,
  IconX,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { BuildStep, BuildSummary } from '../../../electron/api/builds.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import classes from './build.module.css';
import { took } from './build-result.tsx';
import { StepDetails } from './step-details.tsx';
import { spanOf, stepGroups } from './step-stages.ts';

interface BuildViewProps {
  readonly build: BuildSummary;
  readonly steps: readonly BuildStep[];
}

/** The steps of a build by stage, and the output of the selected step. */
export function BuildView({ build, steps }: BuildViewProps) {
  const [chosen, choose] = useState<string>();
  // Selects the failed or the last step, unless the person has chosen another.
  const failed = steps.find(({ state }) => state === 'failed');
  const shown = steps.find(({ id }) => id === chosen) ?? failed ?? steps.at(-1);
  if (steps.length === 0) {
    return (
      <Text size="sm" c="var(--quiet)">
        {build.result === 'running'
          ? 'Berth is sending the build context to the VM.'
          : 'The build ended before its first step.'}
      </Text>
    );
  }
  return (
    <div className={classes.view}>
      <div className={classes.steps}>
        {stepGroups(steps).map(({ title, steps: own, uses }) => (
          <section key={title} aria-label={title}>
            <h3 className={classes.stage}>
              {title}
              {uses.length > 0 && <span className={classes.uses}>uses {uses.join(', ')}</span>}
            </h3>
            <ol>
              {own.map((step) => (
                <li key={step.id}>
                  <UnstyledButton
                    className={classes.step}
                    aria-current={step === shown}
                    data-input={shown?.inputs.includes(step.id)}
                    title={step.instruction}
                    onClick={() => choose(step.id)}
                  >
                    <StepState state={step.state} />
                    <span className={classes.instruction}>
                      {step.instruction.replace('[internal] ', '')}
                    </span>
                    <span className={classes.time}>
                      {step.warnings.length > 0 && (
                        <IconAlertTriangle size={14} color="var(--busy)" aria-label="Warning" />
                      )}
                      <StepTime step={step} />
                    </span>
                    <Span step={step} steps={steps} />
                  </UnstyledButton>
                </li>
              ))}
            </ol>
          </section>
        ))}
      </div>
      {shown && <StepDetails step={shown} steps={steps} choose={choose} />}
    </div>
  );
}

/** A bar that shows when the step ran within the build. */
function Span({ step, steps }: { readonly step: BuildStep; readonly steps: readonly BuildStep[] }) {
  if (step.state === 'cached') return null;
  const { start, length } = spanOf(step, steps, Date.now());
  const style = { marginLeft: `${start * 100}%`, width: `${Math.max(length * 100, 0.5)}%` };
  return (
    <span className={classes.span} aria-hidden>
      <span style={style} data-state={step.state} />
    </span>
  );
}

function StepState({ state }: Pick<BuildStep, 'state'>) {
  switch (state) {
    case 'running':
      return <Loader size={14} aria-label="Running" />;
    case 'cached':
      return <IconBolt size={16} color="var(--quiet)" aria-label="Cached" />;
    case 'failed':
      return <IconX size={16} color="var(--bad)" aria-label="Failed" />;
    case 'cancelled':
      return <IconPlayerStopFilled size={16} color="var(--quiet)" aria-label="Cancelled" />;
    default:
      return <IconCheck size={16} color="var(--good)" aria-label="Done" />;
  }
}

function StepTime({ step }: { readonly step: BuildStep }) {
  const { state, milliseconds, startedAt } = step;
  if (state === 'cached') return 'cached';
  return milliseconds === undefined ? <Elapsed since={startedAt} /> : took(milliseconds);
}
