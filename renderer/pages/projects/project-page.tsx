import { Anchor, Button, Group, Loader, Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconShip,
  IconTopologyStar3,
  IconTrash,
} from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { Link, useLocation } from 'wouter';
import type { Project } from '../../../electron/api/projects.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useProjects } from '../../connection/screen.ts';
import { useIsUnsaved } from '../../drafts/drafts.ts';
import { UnsavedDot } from '../../drafts/unsaved-dot.tsx';
import { OpenIn } from '../../local-files/open-in.tsx';
import { PathText } from '../../local-files/path-text.tsx';
import { folderOf } from '../../local-files/short-path.ts';
import { deployPlace } from '../../navigation/deploy-place.ts';
import { DownDialog } from './down-dialog.tsx';
import { GraphTab } from './graph-tab.tsx';
import { ProjectLogs } from './project-logs.tsx';
import { pageOf } from './project-place.ts';
import { ProjectState, runningOf } from './project-state.tsx';
import classes from './projects.module.css';
import { ServicesTab } from './services-tab.tsx';
import { useProjectActions } from './use-project-actions.tsx';

// The editor is large, so it is loaded separately.
const FileTab = lazy(() => import('./file-tab.tsx'));

interface ProjectPageProps {
  readonly name: string;
  readonly tab: string;
  /** The service that the tab is opened for. */
  readonly service: string | undefined;
}

export function ProjectPage({ name, tab, service }: ProjectPageProps) {
  const projects = useProjects();
  const [, navigate] = useLocation();
  const isUnsaved = useIsUnsaved(pageOf(name, 'file'));
  if (!projects) return <Loader size={24} m="xl" />;
  const project = projects.find((each) => each.name === name);
  if (!project) return <Gone />;
  return (
    <Page
      fills
      parent={{ title: 'Projects', href: '/projects' }}
      title={name}
      summary={<Summary project={project} />}
      actions={<Actions project={project} />}
    >
      <Tabs
        className={classes.tabs ?? ''}
        value={tab}
        keepMounted={false}
        onChange={(value) => navigate(pageOf(name, value ?? ''), { replace: true })}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="services">Services</Tabs.Tab>
          <Tabs.Tab value="graph">Graph</Tabs.Tab>
          <Tabs.Tab value="logs">Logs</Tabs.Tab>
          {project.files.length > 0 && (
            <Tabs.Tab value="file">
              File
              {isUnsaved && <UnsavedDot />}
            </Tabs.Tab>
          )}
        </Tabs.List>
        <Tabs.Panel value="services" className={classes.flow ?? ''}>
          <ServicesTab project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="graph" className={classes.flow ?? ''}>
          <GraphTab project={project} service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="logs" className={classes.panel ?? ''}>
          <ProjectLogs key={service} project={project} service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="file" className={classes.panel ?? ''}>
          <Suspense fallback={<Loader size={24} />}>
            <FileTab project={project} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Summary({ project }: { readonly project: Project }) {
  return (
    <Group gap="md" wrap="nowrap">
      <ProjectState project={project} />
      {project.files[0] !== undefined && (
        <PathText path={project.files[0]} title={project.files.join('\n')} />
      )}
    </Group>
  );
}

const icon = { size: 18, stroke: 1.75 };

function Actions({ project }: { readonly project: Project }) {
  const actions = useProjectActions(project);
  const [asking, ask] = useDisclosure();
  const isRunning = runningOf(project) > 0;
  const hasFile = project.files.length > 0;
  return (
    <Group gap="xs" wrap="nowrap">
      {isRunning && (
        <>
          <IconButton
            label="Stop"
            icon={<IconPlayerStopFilled {...icon} />}
            disabled={actions.busy}
            onClick={() => void actions.stop()}
          />
          <IconButton
            label="Restart"
            icon={<IconRefresh {...icon} />}
            disabled={actions.busy}
            onClick={() => void actions.restart()}
          />
        </>
      )}
      {project.containers.length > 0 && (
        <IconButton
          label="Take down…"
          icon={<IconTrash {...icon} />}
          disabled={actions.busy}
          onClick={ask.open}
        />
      )}
      {project.files[0] !== undefined && <OpenIn path={folderOf(project.files[0])} />}
      {hasFile && (
        <Button
          component={Link}
          href={deployPlace(project.name)}
          variant="default"
          leftSection={<IconShip size={16} />}
        >
          Deploy to a cluster
        </Button>
      )}
      <Button
        leftSection={<IconPlayerPlayFilled size={16} />}
        loading={actions.busy}
        onClick={() => void (hasFile ? actions.up() : actions.start())}
      >
        Start
      </Button>
      <DownDialog
        opened={asking}
        name={project.name}
        onConfirm={(options) => void actions.down(options)}
        onClose={ask.close}
      />
    </Group>
  );
}

function Gone() {
  return (
    <Notice
      icon={<IconTopologyStar3 size={32} stroke={1.5} />}
      title="This project no longer exists"
    >
      <Anchor component={Link} href="/projects">
        See all projects
      </Anchor>
    </Notice>
  );
}
