import { Anchor, Button, Code, Loader, Text } from '@mantine/core';
import { IconPlus, IconServerCog } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { LocalCluster } from '../../../electron/api/kube/clusters.ts';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { State, type Tone } from '../../components/state-dot.tsx';
import { client } from '../../connection/screen.ts';
import { useWatched } from '../../connection/use-watched.ts';
import { MachineGate } from '../../machine/machine-gate.tsx';
import { ClusterActions } from './cluster-actions.tsx';
import { ClusterFailure } from './cluster-failure.tsx';
import { openCreateCluster } from './create-cluster.tsx';
import classes from './kubernetes.module.css';
import { viewOf } from './places.ts';

/** Clusters that run in containers of Berth's VM. */
export function ClustersPage() {
  return (
    <MachineGate>
      <Clusters />
    </MachineGate>
  );
}

function Clusters() {
  const { value: clusters, failure } = useWatched('local clusters', (signal) =>
    client.kube.clusters.watch(undefined, { signal }),
  );
  const create = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => openCreateCluster(clusters?.map(({ name }) => name) ?? [])}
    >
      Create cluster
    </Button>
  );
  return (
    <Page
      parent={{ title: 'Kubernetes', href: '/kubernetes' }}
      title="Local clusters"
      summary="Whole Kubernetes clusters in containers of the VM"
      actions={clusters && clusters.length > 0 && create}
    >
      {!clusters && failure && <ClusterFailure failure={failure} />}
      {!clusters && !failure && <Loader size={24} />}
      {clusters?.length === 0 && <Empty>{create}</Empty>}
      {clusters && clusters.length > 0 && (
        <ListTable
          label="Local clusters"
          rows={clusters}
          columns={COLUMNS}
          rowId={({ name }) => name}
          rowName={({ name }) => name}
          actions={(cluster) => <ClusterActions cluster={cluster} />}
        />
      )}
    </Page>
  );
}

const TONES: Readonly<Record<string, Tone>> = { running: 'good', restarting: 'bad' };

const COLUMNS: readonly ListColumn<LocalCluster>[] = [
  {
    title: 'Name',
    sortBy: ({ name }) => name,
    cell: ({ name, image }) => (
      <>
        <span className={classes.name} title={name}>
          {name}
        </span>
        <span className={classes.details} title={image}>
          {image}
        </span>
      </>
    ),
  },
  {
    title: 'State',
    width: '28%',
    sortBy: ({ state }) => state,
    cell: ({ state, status }) => <State tone={TONES[state] ?? 'idle'} text={status} />,
  },
  {
    title: 'Context',
    width: '28%',
    sortBy: ({ context }) => context,
    cell: ({ context, state }) =>
      state === 'running' ? (
        <Anchor component={Link} href={viewOf(context)} size="sm">
          {context}
        </Anchor>
      ) : (
        context
      ),
  },
];

function Empty({ children }: { readonly children: React.ReactNode }) {
  return (
    <Notice icon={<IconServerCog size={32} stroke={1.5} />} title="No local clusters">
      <Text c="var(--quiet)">
        Berth's engine runs most manifests without a cluster. Create a cluster to try what only a
        cluster has, such as operators. Berth runs k3s, a small Kubernetes, in a container. It needs
        about 1 GB of the VM's memory.
      </Text>
      <Text c="var(--quiet)">
        Berth adds the cluster's context to your kubeconfig, so <Code>kubectl</Code> can use it too.
      </Text>
      {children}
    </Notice>
  );
}
