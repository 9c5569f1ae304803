import { Anchor, Group, Loader } from '@mantine/core';
import { IconHammer } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Elapsed } from '../../components/elapsed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { client } from '../../connection/screen.ts';
import { PathText } from '../../local-files/path-text.tsx';
import { BuildResult, nameOf, took } from './build-result.tsx';
import { BuildView } from './build-view.tsx';
import { ResultActions } from './result-actions.tsx';

/** A build of the history. */
export function RecordPage({ id }: { readonly id: string }) {
  const { data: build, isError } = useQuery({
    queryKey: ['build', id],
    queryFn: () => client.builds.read({ id }),
    networkMode: 'always',
    retry: false,
  });
  if (isError) {
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
    <Page
      fills
      title={nameOf(build)}
      summary={
        <Group gap="md">
          <BuildResult result={build.result} />
          <span>{took(build.milliseconds)}</span>
          <span>
            <Elapsed since={build.startedAt} /> ago
          </span>
          <PathText path={build.request.directory} />
        </Group>
      }
      actions={<ResultActions build={build} />}
    >
      <BuildView request={build.request} steps={build.steps} failure={build.failure} />
    </Page>
  );
}
