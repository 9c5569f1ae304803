import { ActionIcon, Anchor, Code, Group, Loader, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconCloudDownload,
  IconDots,
  IconFileCode,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconTopologyStar3,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Project } from '../../../electron/api/projects.ts';
import { IconButton } from '../../components/icon-button.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { client, useProjects } from '../../connection/screen.ts';
import { PathText } from '../../local-files/path-text.tsx';
import { DownDialog } from './down-dialog.tsx';
import { NewProjectButton, OpenFileButton } from './new-project.tsx';
import { pageOf } from './project-place.ts';
import { ProjectState, runningOf } from './project-state.tsx';
import classes from './projects.module.css';
import { useProjectActions } from './use-project-actions.tsx';

const COLUMNS: readonly ListColumn<Project>[] = [
  {
    title: 'Name',
    width: '24%',
    sortBy: ({ name }) => name,
    cell: ({ name }) => (
      <Anchor component={Link} href={pageOf(name)} c="inherit" fw={500} fz="sm" title={name}>
        {name}
      </Anchor>
    ),
  },
  {
    title: 'State',
    width: '150px',
    sortBy: (project) => -runningOf(project),
    cell: (project) => <ProjectState project={project} />,
  },
  {
    title: 'File',
    sortBy: ({ files }) => files[0] ?? '',
    cell: ({ files: [first, ...others] }) =>
      first === undefined ? (
        <span className={classes.path}>unknown</span>
      ) : (
        <PathText
          path={first}
          title={[first, ...others].join('\n')}
          className={classes.path ?? ''}
        />
      ),
  },
];

const textOf = ({ name, files }: Project) => `${name} ${files.join(' ')}`;

export function ProjectsPage() {
  const projects = useProjects();
  const [search, setSearch] = useState('');
  return (
    <Page
      title="Projects"
      summary={projects && projects.length > 0 && summaryOf(projects)}
      actions={
        projects &&
        projects.length > 0 && (
          <Group gap="sm" wrap="nowrap">
            <OpenFileButton />
            <NewProjectButton />
          </Group>
        )
      }
    >
      {projects === undefined && <Loader size={24} />}
      {projects?.length === 0 && <Empty />}
      {projects && projects.length > 0 && (
        <>
          <Toolbar
            search={<SearchField label="Search projects" value={search} onChange={setSearch} />}
          />
          <ListTable
            label="Projects"
            rows={projects}
            columns={COLUMNS}
            rowId={({ name, files }) => `${name} ${files[0]}`}
            rowName={({ name }) => name}
            search={search}
            searchText={textOf}
            actions={(project) => <ProjectActions project={project} />}
          />
        </>
      )}
    </Page>
  );
}

function Empty() {
  return (
    <Notice icon={<IconTopologyStar3 size={32} stroke={1.5} />} title="No projects yet">
      <Text c="var(--quiet)">
        A project is a group of containers that belong together, such as a web server, a database
        and a queue. A <Code>compose.yaml</Code> file describes the containers, and one click starts
        all of them.
      </Text>
      <Text c="var(--quiet)">
        Open a compose file, or start with a template. Projects that you start with{' '}
        <Code>docker compose</Code> show here too.
      </Text>
      <Group gap="sm" justify="center">
        <OpenFileButton />
        <NewProjectButton />
      </Group>
    </Notice>
  );
}

const icon = { size: 18, stroke: 1.75 };

function ProjectActions({ project }: { readonly project: Project }) {
  const [, navigate] = useLocation();
  const actions = useProjectActions(project);
  const [asking, ask] = useDisclosure();
  const { name, files, containers, remembered } = project;
  const isRunning = runningOf(project) > 0;
  const [file] = files;
  return (
    <div className={classes.actions}>
      {isRunning ? (
        <IconButton
          label={`Stop ${name}`}
          tooltip="Stop"
          icon={<IconPlayerStopFilled {...icon} />}
          loading={actions.busy}
          onClick={() => actions.stop()}
        />
      ) : (
        <IconButton
          label={`Start ${name}`}
          tooltip="Start"
          icon={<IconPlayerPlayFilled {...icon} />}
          loading={actions.busy}
          onClick={() => (file === undefined ? actions.start() : actions.up())}
        />
      )}
      <IconButton
        label={`File of ${name}`}
        tooltip="File"
        icon={<IconFileCode {...icon} />}
        onClick={() => navigate(pageOf(name, 'file'))}
      />
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon aria-label={`More actions for ${name}`}>
            <IconDots {...icon} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isRunning && file !== undefined && (
            <Menu.Item
              leftSection={<IconPlayerPlayFilled size={16} />}
              onClick={() => actions.up()}
            >
              Apply changes
            </Menu.Item>
          )}
          {containers.length > 0 && (
            <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => actions.restart()}>
              Restart
            </Menu.Item>
          )}
          {file !== undefined && (
            <Menu.Item leftSection={<IconCloudDownload size={16} />} onClick={() => actions.pull()}>
              Pull images
            </Menu.Item>
          )}
          {remembered && file !== undefined && (
            <Menu.Item
              leftSection={<IconX size={16} />}
              onClick={() => void client.projects.forget({ file })}
            >
              Remove from list
            </Menu.Item>
          )}
          {containers.length > 0 && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={ask.open}>
              Take down…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <DownDialog
        opened={asking}
        name={name}
        onConfirm={(options) => void actions.down(options)}
        onClose={ask.close}
      />
    </div>
  );
}

function summaryOf(projects: readonly Project[]): string {
  const running = projects.filter((project) => runningOf(project) > 0).length;
  return `${running} of ${projects.length} running`;
}
