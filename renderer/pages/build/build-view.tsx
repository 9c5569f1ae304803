import { Alert, Loader, Text, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconBolt, IconCheck, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { BuildRequest, BuildStep, BuildSummary } from '../../../electron/api/builds.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import classes from './build.module.css';
import { took } from './build-result.tsx';

interface BuildViewProps {
  readonly request: BuildRequest;
  readonly steps: readonly BuildStep[];
  readonly failure?: BuildSummary['failure'];
}

/** The steps of a build, and the output of the selected step. */
export function BuildView({ request, steps, failure }: BuildViewProps) {
  const [chosen, choose] = useState<number>();
  // Selects the running or the failed step, unless the person has chosen another.
  const shown = steps.find(({ number }) => number === chosen) ?? steps.at(-1);
  return (
    <>
      {failure && <Failure request={request} failure={failure} />}
      {steps.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {failure
            ? 'The build ended before its first step.'
            : 'Berth is sending the build context to the VM.'}
        </Text>
      ) : (
        <div className={classes.view}>
          <ol className={classes.steps} aria-label="Steps">
            {steps.map((step) => (
              <li key={step.number}>
                <UnstyledButton
                  className={classes.step}
                  aria-current={step === shown}
                  title={step.instruction}
                  onClick={() => choose(step.number)}
                >
                  <StepState state={step.state} />
                  <span className={classes.instruction}>{step.instruction}</span>
                  <span className={classes.time}>
                    <StepTime step={step} />
                  </span>
                </UnstyledButton>
              </li>
            ))}
          </ol>
          {shown && <Output step={shown} />}
        </div>
      )}
    </>
  );
}

function Failure({ request, failure }: Required<Pick<BuildViewProps, 'request' | 'failure'>>) {
  if (!failure) return null;
  const file = request.dockerfile ?? 'Dockerfile';
  return (
    <Alert
      mb="md"
      color="red"
      variant="outline"
      icon={<IconAlertCircle size={18} />}
      title={failure.line === undefined ? 'The build failed' : `${file}, line ${failure.line}`}
    >
      <Text size="sm">{failure.message}</Text>
    </Alert>
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
    default:
      return <IconCheck size={16} color="var(--good)" aria-label="Done" />;
  }
}

function StepTime({ step }: { readonly step: BuildStep }) {
  const { state, milliseconds, startedAt } = step;
  if (state === 'cached') return 'cached';
  return milliseconds === undefined ? <Elapsed since={startedAt} /> : took(milliseconds);
}

function Output({ step }: { readonly step: BuildStep }) {
  const frame = useRef<HTMLPreElement>(null);
  const { output, state } = step;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows what is written.
  useEffect(() => {
    if (state === 'running') frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [output, state]);
  return (
    <section className={classes.output} aria-label={`Output of step ${step.number}`}>
      <header>
        {step.instruction}
        {step.line !== undefined && <span className={classes.quiet}> · line {step.line}</span>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre ref={frame} tabIndex={0}>
        {output || <span className={classes.quiet}>{silence(state)}</span>}
      </pre>
    </section>
  );
}

const silence = (state: BuildStep['state']) =>
  state === 'cached' ? 'Cached from an earlier build.' : 'This step wrote no output.';
