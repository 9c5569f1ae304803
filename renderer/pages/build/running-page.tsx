import { Anchor, Button, Group } from '@mantine/core';
import { IconHammer, IconPlayerStop } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Elapsed } from '../../components/elapsed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { PathText } from '../../local-files/path-text.tsx';
import { BuildResult, nameOf, took } from './build-result.tsx';
import { BuildView } from './build-view.tsx';
import { ResultActions } from './result-actions.tsx';
import { useRunningBuilds } from './running-builds.ts';

/** A running build of this window. */
export function RunningPage({ buildKey }: { readonly buildKey: number }) {
  const build = useRunningBuilds().find(({ key }) => key === buildKey);
  if (!build) {
    return (
      <Notice icon={<IconHammer size={32} stroke={1.5} />} title="This build has ended">
        <Anchor component={Link} href="/build">
          See all builds
        </Anchor>
      </Notice>
    );
  }
  const { request, steps, record, startedAt, cancel } = build;
  return (
    <Page
      fills
      title={nameOf({ request })}
      summary={
        <Group gap="md">
          {record ? <BuildResult result={record.result} /> : 'Building'}
          <span>{record ? took(record.milliseconds) : <Elapsed since={startedAt} />}</span>
          <PathText path={request.directory} />
        </Group>
      }
      actions={
        record ? (
          <ResultActions build={record} />
        ) : (
          <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={cancel}>
            Cancel
          </Button>
        )
      }
    >
      <BuildView request={request} steps={steps} failure={record?.failure} />
    </Page>
  );
}
