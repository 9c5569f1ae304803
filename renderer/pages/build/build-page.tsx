import { Anchor, Code, Loader, Text, Title } from '@mantine/core';
import { IconRepeat, IconTrash } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import type { BuildSummary } from '../../../electron/api/builds.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { client, useBuilds } from '../../connection/screen.ts';
import { PathText } from '../../local-files/path-text.tsx';
import classes from './build.module.css';
import { BuildCache } from './build-cache.tsx';
import { BuildForm } from './build-form.tsx';
import { BuildResult, took } from './build-result.tsx';
import { startBuild } from './running-builds.ts';

const COLUMNS: readonly ListColumn<BuildSummary>[] = [
  {
    title: 'Image',
    width: '26%',
    sortBy: ({ name }) => name,
    cell: (build) => (
      <Anchor component={Link} href={`/build/${build.id}`} c="inherit" fw={500} fz="sm">
        {build.name}
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
    sortBy: ({ milliseconds = 0 }) => milliseconds,
    cell: ({ milliseconds, startedAt }) =>
      milliseconds === undefined ? <Elapsed since={startedAt} /> : took(milliseconds),
  },
  {
    title: 'Cached',
    width: '90px',
    sortBy: ({ steps: { total, cached } }) => (total === 0 ? 0 : cached / total),
    cell: ({ result, steps: { total, cached } }) => (
      <span className={classes.quiet}>{result === 'running' ? '' : `${cached} of ${total}`}</span>
    ),
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
    sortBy: ({ request }) => request?.directory ?? '',
    cell: ({ request }) =>
      request ? (
        <PathText path={request.directory} className={classes.quiet ?? ''} />
      ) : (
        <span className={classes.quiet}>Another client</span>
      ),
  },
];

/** The build form, and the running and past builds of all clients. */
export function BuildPage() {
  const builds = useBuilds();
  return (
    <Page title="Build" summary="Build images from a Dockerfile">
      <BuildForm />
      <Title order={2} mb="sm">
        Builds
      </Title>
      {!builds && <Loader size={20} />}
      {builds?.length === 0 && (
        <Text size="sm" c="var(--quiet)">
          No builds yet. A <Code>Dockerfile</Code> describes an image: its base image, the files to
          copy and the commands to run. Choose a folder that contains one. Builds of
          <Code>docker build</Code> appear here too.
        </Text>
      )}
      {builds && builds.length > 0 && (
        <ListTable
          label="Builds"
          rows={builds}
          columns={COLUMNS}
          rowId={({ id }) => id}
          rowName={({ name }) => name}
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
  const { id, name, request, result } = build;
  if (result === 'running') return null;
  return (
    <>
      {request && (
        <IconButton
          label={`Build ${name} again`}
          tooltip="Build again"
          icon={<IconRepeat {...icon} />}
          onClick={() => navigate(`/build/running/${startBuild(request)}`)}
        />
      )}
      <IconButton
        label={`Remove this build of ${name} from the list`}
        tooltip="Remove from list"
        icon={<IconTrash {...icon} />}
        onClick={() => client.builds.forget({ id })}
      />
    </>
  );
}
