import { Button, Group } from '@mantine/core';
import { IconPlayerStopFilled } from '@tabler/icons-react';
import type { BuildStep, BuildSummary } from '../../../electron/api/builds.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import { Page } from '../../components/page.tsx';
import { PathText } from '../../local-files/path-text.tsx';
import { BuildFailure } from './build-failure.tsx';
import { BuildResult, took } from './build-result.tsx';
import { BuildView } from './build-view.tsx';
import { ResultActions } from './result-actions.tsx';

interface BuildDetailsProps {
  readonly build: BuildSummary;
  readonly steps: readonly BuildStep[];
  readonly cancel: () => void;
  /** Whether the build stops soon. */
  readonly isCancelling: boolean;
}

/** A build with its steps. */
export function BuildDetails({ build, steps, cancel, isCancelling }: BuildDetailsProps) {
  const { request, result, milliseconds, startedAt, failure } = build;
  const isRunning = result === 'running';
  return (
    <Page
      fills
      parent={{ title: 'Build', href: '/build' }}
      title={build.name}
      summary={
        <Group gap="md">
          <BuildResult result={result} />
          <span>
            {milliseconds === undefined ? <Elapsed since={startedAt} /> : took(milliseconds)}
          </span>
          {!isRunning && (
            <span>
              <Elapsed since={startedAt} /> ago
            </span>
          )}
          {build.steps.cached > 0 && (
            <span>
              {build.steps.cached} of {build.steps.total} steps cached
            </span>
          )}
          {request ? <PathText path={request.directory} /> : <span>Started by another client</span>}
        </Group>
      }
      actions={
        isRunning ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStopFilled size={16} />}
            loading={isCancelling}
            onClick={cancel}
          >
            Cancel
          </Button>
        ) : (
          <ResultActions build={build} />
        )
      }
    >
      {failure && <BuildFailure failure={failure} />}
      <BuildView build={build} steps={steps} />
    </Page>
  );
}
