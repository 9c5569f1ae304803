import { Anchor } from '@mantine/core';
import { IconHammer } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Notice } from '../../components/notice.tsx';
import { BuildDetails } from './build-details.tsx';
import { useRunningBuilds } from './running-builds.ts';

/** A build that this window started. */
export function RunningPage({ buildKey }: { readonly buildKey: number }) {
  const running = useRunningBuilds().find(({ key }) => key === buildKey);
  if (!running) {
    return (
      <Notice icon={<IconHammer size={32} stroke={1.5} />} title="This build has ended">
        <Anchor component={Link} href="/build">
          See all builds
        </Anchor>
      </Notice>
    );
  }
  const { request, steps, build, startedAt, cancel, isCancelling } = running;
  const begun = build ?? {
    ...{ id: '', name: request.tag || request.directory, request, startedAt, warnings: 0 },
    ...{ result: 'running' as const, steps: { total: 0, cached: 0 } },
  };
  return <BuildDetails build={begun} steps={steps} cancel={cancel} isCancelling={isCancelling} />;
}
