import { Anchor } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { BuildStep, CacheMiss } from '../../../electron/api/builds.ts';
import classes from './build.module.css';
import { inputsOf } from './step-stages.ts';

const MISSES: Readonly<Record<CacheMiss, string>> = {
  'cache-off': 'Not cached: this build doesn’t use the cache.',
  'first-build': 'Not cached: Berth knows no earlier build of this folder.',
  'base-image': 'Not cached: the base image changed.',
  instruction: 'Not cached: the instruction is new or changed.',
  files: 'Not cached: a file that this step copies changed.',
  'earlier-step': 'Not cached: an earlier step of this stage ran.',
  'failed-before': 'Not cached: this step failed in the last build.',
  'cache-gone': 'Not cached: the cached result was removed, or an input changed.',
};

interface StepDetailsProps {
  readonly step: BuildStep;
  readonly steps: readonly BuildStep[];
  readonly choose: (id: string) => void;
}

/** The output of a step, with its inputs, its warnings and why it wasn't cached. */
export function StepDetails({ step, steps, choose }: StepDetailsProps) {
  const frame = useRef<HTMLPreElement>(null);
  const { output, state, cacheMiss, warnings, parts, line } = step;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows what is written.
  useEffect(() => {
    if (state === 'running') frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [output, state]);
  return (
    <section className={classes.output} aria-label={`Output of step ${step.number}`}>
      <header>
        {step.instruction}
        {line !== undefined && <span className={classes.quiet}> · line {line}</span>}
        <StepInputs inputs={inputsOf(step, steps)} choose={choose} />
        {cacheMiss && <p className={classes.note}>{MISSES[cacheMiss]}</p>}
        {warnings.map(({ message, url, line: at }) => (
          <p key={`${at} ${message}`} className={classes.warning}>
            <IconAlertTriangle size={14} />
            <span>
              {message}
              {url && (
                <>
                  {' '}
                  <Anchor href={url} target="_blank" fz="inherit">
                    Learn more
                  </Anchor>
                </>
              )}
            </span>
          </p>
        ))}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre ref={frame} tabIndex={0}>
        {output || <span className={classes.quiet}>{silence(state, parts)}</span>}
      </pre>
    </section>
  );
}

/** The steps from which a step takes files, as links to them. */
function StepInputs({
  inputs,
  choose,
}: {
  readonly inputs: readonly BuildStep[];
  readonly choose: (id: string) => void;
}) {
  if (inputs.length === 0) return null;
  return (
    <p className={classes.inputs}>
      Uses files of
      {inputs.map(({ id, stage, instruction }) => (
        <Anchor key={id} component="button" fz="inherit" truncate onClick={() => choose(id)}>
          {stage ? `${stage}: ` : ''}
          {instruction.replace('[internal] ', '')}
        </Anchor>
      ))}
    </p>
  );
}

function silence(state: BuildStep['state'], parts: readonly string[]): string {
  if (parts.length > 0) return parts.join('\n');
  return state === 'cached' ? 'Cached from an earlier build.' : 'This step wrote no output.';
}
