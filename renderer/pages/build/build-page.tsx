import { Anchor, Code, Loader, Text, Title } from '@mantine/core';
import { IconRepeat, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import type { BuildSummary } from '../../../electron/api/builds.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { client, queryClient } from '../../connection/screen.ts';
import { PathText } from '../../local-files/path-text.tsx';
import classes from './build.module.css';
import { BuildCache } from './build-cache.tsx';
import { BuildForm } from './build-form.tsx';
import { BuildResult, nameOf, took } from './build-result.tsx';
import { startBuild, useRunningBuilds } from './running-builds.ts';

const COLUMNS: readonly ListColumn<BuildSummary>[] = [
  {
    title: 'Image',
    width: '26%',
    sortBy: nameOf,
    cell: (build) => (
      <Anchor component={Link} href={`/build/${build.id}`} c="inherit" fw={500} fz="sm">
        {nameOf(build)}
      </Anchor>
    ),
  },
  {
    title: 'Result',
    width: '120px',
    sortBy: ({ result }) => result,
    cell: (build) => <BuildResult result={build.result} />,
  },
  {
    title: 'Duration',
    width: '100px',
    sortBy: ({ milliseconds }) => milliseconds,
    cell: ({ milliseconds }) => took(milliseconds),
  },
  {
    title: 'Started',
    width: '130px',
    sortBy: ({ startedAt }) => -Date.parse(startedAt),
    cell: ({ startedAt }) => (
      <span className={classes.quiet} title={new Date(startedAt).toLocaleString()}>
        <Elapsed since={startedAt} /> ago
      </span>
    ),
  },
  {
    title: 'Folder',
    sortBy: ({ request }) => request.directory,
    cell: ({ request }) => <PathText path={request.directory} className={classes.quiet ?? ''} />,
  },
];

/** The build form and the history. */
export function BuildPage() {
  const running = useRunningBuilds().filter(({ record }) => !record);
  const { data: builds, error } = useQuery({
    queryKey: ['builds'],
    queryFn: () => client.builds.history(),
    networkMode: 'always',
  });
  return (
    <Page title="Build" summary="Build images from a Dockerfile">
      <BuildForm />
      {running.map(({ key, request }) => (
        <Text key={key} size="sm" mb="sm">
          <Anchor component={Link} href={`/build/running/${key}`} fz="sm">
            {nameOf({ request })}
          </Anchor>{' '}
          is building.
        </Text>
      ))}
      <Title order={2} mb="sm">
        Earlier builds
      </Title>
      {!builds && !error && <Loader size={20} />}
      {error && <Text c="var(--bad)">{error.message}</Text>}
      {builds?.length === 0 && (
        <Text size="sm" c="var(--quiet)">
          No builds yet. A <Code>Dockerfile</Code> describes an image: its base image, the files to
          copy and the commands to run. Choose a folder that contains one. Berth keeps each build
          and its output here.
        </Text>
      )}
      {builds && builds.length > 0 && (
        <ListTable
          label="Earlier builds"
          rows={builds}
          columns={COLUMNS}
          rowId={({ id }) => id}
          rowName={nameOf}
          actionsWidth="100px"
          actions={(build) => <BuildActions build={build} />}
        />
      )}
      <BuildCache />
    </Page>
  );
}

const icon = { size: 18, stroke: 1.75 };

function BuildActions({ build }: { readonly build: BuildSummary }) {
  const [, navigate] = useLocation();
  const { id, request } = build;
  return (
    <>
      <IconButton
        label={`Build ${nameOf(build)} again`}
        tooltip="Build again"
        icon={<IconRepeat {...icon} />}
        onClick={() => navigate(`/build/running/${startBuild(request)}`)}
      />
      <IconButton
        label={`Remove this build of ${nameOf(build)} from the list`}
        tooltip="Remove from list"
        icon={<IconTrash {...icon} />}
        onClick={async () => {
          await client.builds.forget({ id });
          await queryClient.invalidateQueries({ queryKey: ['builds'] });
        }}
      />
    </>
  );
}
