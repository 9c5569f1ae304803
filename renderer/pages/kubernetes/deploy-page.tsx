import { Alert, Anchor, Loader, Text } from '@mantine/core';
import { IconTopologyStar3 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Project } from '../../../electron/api/projects.ts';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { explain } from '../../connection/failure.ts';
import { client, useProjects } from '../../connection/screen.ts';
import { PathText } from '../../local-files/path-text.tsx';
import { MachineGate } from '../../machine/machine-gate.tsx';
import { DeployForm } from './deploy-form.tsx';
import classes from './kubernetes.module.css';

const projectPlace = (name: string) => `/projects/${encodeURIComponent(name)}`;

/** Where a Compose project is deployed to a cluster, after a look at what will change. */
export function DeployPage({ name }: { readonly name: string }) {
  const projects = useProjects();
  const project = projects?.find((each) => each.name === name);
  return (
    <Page
      parent={{ title: 'Projects', href: '/projects' }}
      title={`Deploy ${name} to a cluster`}
      summary={project?.files[0] !== undefined && <PathText path={project.files[0]} />}
      actions={
        <Anchor component={Link} href={projectPlace(name)} size="sm">
          Back to the project
        </Anchor>
      }
    >
      <MachineGate>
        {!projects && <Loader size={24} />}
        {projects && !project?.files.length && <NoFile name={name} />}
        {project && project.files.length > 0 && <Generated project={project} />}
      </MachineGate>
    </Page>
  );
}

function NoFile({ name }: { readonly name: string }) {
  return (
    <Notice
      icon={<IconTopologyStar3 size={32} stroke={1.5} />}
      title={`Berth doesn't know the Compose file of ${name}`}
    >
      <Text c="var(--quiet)">Open its file under Projects, then deploy it.</Text>
      <Anchor component={Link} href="/projects">
        See all projects
      </Anchor>
    </Notice>
  );
}

/** Reads the files again when the window gets the focus: they may have been edited meanwhile. */
function Generated({ project: { name, files } }: { readonly project: Project }) {
  const generated = useQuery({
    queryKey: ['kube-from-project', files],
    queryFn: () => client.kube.manifests.fromProject({ files }),
    networkMode: 'always',
    placeholderData: (previous) => previous,
    refetchOnWindowFocus: 'always',
    gcTime: 0,
    retry: false,
  });
  if (generated.error) {
    return (
      <Alert color="red" variant="light" role="alert" title="Berth can't use the Compose file">
        <Text size="sm" className={classes.reason ?? ''}>
          {explain(generated.error).message}
        </Text>
        <Anchor component={Link} href={`${projectPlace(name)}/file`} size="sm">
          Edit the file
        </Anchor>
      </Alert>
    );
  }
  if (!generated.data) return <Loader size={24} />;
  return <DeployForm name={name} generated={generated.data} />;
}
