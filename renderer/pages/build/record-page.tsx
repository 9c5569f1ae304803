import { Anchor, Loader } from '@mantine/core';
import { IconHammer } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Notice } from '../../components/notice.tsx';
import { client } from '../../connection/screen.ts';
import { BuildDetails } from './build-details.tsx';
import { useRunningBuilds } from './running-builds.ts';
import { useFollowedBuild } from './use-followed-build.ts';

/** A running or past build of any client. */
export function RecordPage({ id }: { readonly id: string }) {
  const { build, steps, isGone } = useFollowedBuild(id);
  const own = useRunningBuilds().find((each) => each.build?.id === id && !each.hasEnded);
  const {
    mutate: cancel,
    isPending,
    isSuccess,
  } = useMutation({ mutationFn: () => client.builds.cancel({ id }) });
  if (isGone) {
    return (
      <Notice icon={<IconHammer size={32} stroke={1.5} />} title="This build is no longer kept">
        <Anchor component={Link} href="/build">
          See all builds
        </Anchor>
      </Notice>
    );
  }
  if (!build) return <Loader size={24} m="xl" />;
  return (
    <BuildDetails
      build={build}
      steps={steps}
      cancel={own?.cancel ?? cancel}
      // The build ends a moment after the engine's answer.
      isCancelling={own?.isCancelling ?? (isPending || isSuccess)}
    />
  );
}
