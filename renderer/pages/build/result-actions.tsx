import { Button, Group } from '@mantine/core';
import { IconPlayerPlayFilled, IconRepeat } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import type { BuildSummary } from '../../../electron/api/builds.ts';
import { useRunImage } from '../../images/use-run-image.ts';
import { startBuild } from './running-builds.ts';

/** The actions for a build that has ended. */
export function ResultActions({ build }: { readonly build: BuildSummary }) {
  const [, navigate] = useLocation();
  const { run, running } = useRunImage();
  const { request } = build;
  const image = request?.tag || build.imageId;
  return (
    <Group gap="xs" wrap="nowrap">
      {request && (
        <Button
          variant="default"
          leftSection={<IconRepeat size={16} />}
          onClick={() => navigate(`/build/running/${startBuild(request)}`)}
        >
          Build again
        </Button>
      )}
      {build.result === 'built' && image !== undefined && (
        <Button
          leftSection={<IconPlayerPlayFilled size={16} />}
          loading={running}
          onClick={() => run(image)}
        >
          Run
        </Button>
      )}
    </Group>
  );
}
