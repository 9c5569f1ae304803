import { Anchor, Loader } from '@mantine/core';
import { IconHammer } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Notice } from '../../components/notice.tsx';
import { BuildDetails } from './build-details.tsx';
import { useRunningBuilds } from './running-builds.ts';
import { useFollowedBuild } from './use-followed-build.ts';

/** A running or past build of any client. */
export function RecordPage({ id }: { readonly id: string }) {
  const { build, steps, isGone } = useFollowedBuild(id);
  const own = useRunningBuilds().find((each) => each.build?.id === id && !each.hasEnded);
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
  return <BuildDetails build={build} steps={steps} {...(own && { cancel: own.cancel })} />;
}
