import { ActionIcon, Button, Code, Group, Loader, Menu, Text } from '@mantine/core';
import { IconCheck, IconDots, IconPlus, IconServerCog, IconShip } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, Redirect, useLocation } from 'wouter';
import type { KubeContext } from '../../../electron/api/kube/contexts.ts';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { PageTabs } from '../../components/page-tabs.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { client } from '../../connection/screen.ts';
import { MachineGate } from '../../machine/machine-gate.tsx';
import { ClusterFailure } from './cluster-failure.tsx';
import { ALL, useChosenNamespace, useRememberedContext } from './cluster-memory.ts';
import { ContextSelect } from './context-select.tsx';
import { EventTable } from './event-table.tsx';
import classes from './kubernetes.module.css';
import { NamespaceSelect } from './namespace-select.tsx';
import { podRows, stateOf, workloadRows } from './object-rows.ts';
import { PodTable, WorkloadTable } from './object-table.tsx';
import { applyPlace, CLUSTERS_PLACE, VIEWS, type View, viewOf } from './places.ts';
import { ServicesView } from './services-view.tsx';
import { type Scope, useEvents, useWorkloads } from './use-cluster.ts';
import { CONTEXTS_KEY, useContexts } from './use-contexts.ts';

interface ClusterPageProps {
  readonly context: string;
  readonly view: View;
}

/** The lists of one cluster. */
export function ClusterPage({ context: name, view }: ClusterPageProps) {
  useRememberedContext(name);
  const [, navigate] = useLocation();
  const { data: contexts, error, isFetching } = useContexts();
  const [chosen, choose] = useChosenNamespace(name);
  const context = contexts?.find((each) => each.name === name);
  // A context may be added to the kubeconfig or removed between two visits.
  if (contexts && !context && !isFetching)
    return <Redirect to={viewOf(contexts[0]?.name ?? '', view)} replace />;
  const namespace = chosen ?? context?.namespace ?? 'default';
  return (
    <Page
      fills
      title="Kubernetes"
      summary={context?.server}
      actions={
        <div className={classes.choices}>
          <ContextSelect context={name} onChange={(other) => navigate(viewOf(other, view))} />
          <NamespaceSelect context={name} value={namespace} onChange={choose} />
          {context && <ContextMenu context={context} />}
          <Button component={Link} href={applyPlace(name)} leftSection={<IconPlus size={16} />}>
            Apply manifests
          </Button>
        </div>
      }
    >
      {error && <Text role="alert">{error.message}</Text>}
      {!context && !error && <Loader size={24} />}
      {context && (
        <LocalGate context={context}>
          <Views
            view={view}
            scope={{ context: name, ...(namespace !== ALL && { namespace }) }}
            key={namespace}
          />
        </LocalGate>
      )}
    </Page>
  );
}

/** Berth's own cluster needs the VM. */
function LocalGate(props: { readonly context: KubeContext; readonly children: React.ReactNode }) {
  return props.context.isLocal ? <MachineGate>{props.children}</MachineGate> : props.children;
}

function ContextMenu({ context: { name, isCurrent } }: { readonly context: KubeContext }) {
  const queries = useQueryClient();
  const use = useMutation({
    mutationFn: () => client.kube.contexts.use({ context: name }),
    onSuccess: () => queries.invalidateQueries({ queryKey: CONTEXTS_KEY }),
  });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={`More actions for context ${name}`} loading={use.isPending}>
          <IconDots size={18} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCheck size={16} />}
          disabled={isCurrent}
          onClick={() => use.mutate()}
        >
          {isCurrent ? 'Used by kubectl' : 'Use in kubectl too'}
        </Menu.Item>
        <Menu.Item component={Link} href={CLUSTERS_PLACE} leftSection={<IconServerCog size={16} />}>
          Local clusters
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Views({ view, scope }: { readonly view: View; readonly scope: Scope }) {
  const [, navigate] = useLocation();
  const { value: objects, failure } = useWorkloads(scope);
  if (objects === undefined && failure) return <ClusterFailure failure={failure} />;
  if (objects === undefined) return <Loader size={24} />;
  const titles = {
    workloads: `Workloads ${countOf(workloadRows(objects))}`,
    pods: `Pods ${countOf(podRows(objects))}`,
    events: 'Events',
  };
  return (
    <PageTabs
      shown={view}
      onShow={(name) => {
        const found = VIEWS.find((each) => each === name);
        navigate(viewOf(scope.context, found), { replace: true });
      }}
      tabs={[
        {
          name: 'workloads',
          title: titles.workloads,
          content: <Objects kind="workloads" objects={objects} scope={scope} />,
        },
        {
          name: 'pods',
          title: titles.pods,
          content: <Objects kind="pods" objects={objects} scope={scope} />,
        },
        { name: 'services', title: 'Services', content: <ServicesView scope={scope} /> },
        { name: 'events', title: titles.events, content: <Events scope={scope} /> },
      ]}
    />
  );
}

const countOf = (rows: readonly unknown[]) => (rows.length === 0 ? '' : String(rows.length));

interface ObjectsProps {
  readonly kind: 'workloads' | 'pods';
  readonly objects: Parameters<typeof workloadRows>[0];
  readonly scope: Scope;
}

function Objects({ kind, objects, scope }: ObjectsProps) {
  const [search, setSearch] = useState('');
  const rows = kind === 'workloads' ? workloadRows(objects) : podRows(objects);
  if (rows.length === 0) return <Empty kind={kind} scope={scope} />;
  const Table = kind === 'workloads' ? WorkloadTable : PodTable;
  const troubled = rows.filter((row) => stateOf(row).tone === 'bad').length;
  return (
    <div className={classes.view}>
      <Toolbar
        search={<SearchField label={`Search ${kind}`} value={search} onChange={setSearch} />}
      >
        {troubled > 0 && (
          <Text size="sm" c="var(--quiet)">
            {troubled === 1 ? '1 needs attention' : `${troubled} need attention`}
          </Text>
        )}
      </Toolbar>
      <Table
        context={scope.context}
        objects={objects}
        hasNamespaces={scope.namespace === undefined}
        search={search}
      />
    </div>
  );
}

function Events({ scope }: { readonly scope: Scope }) {
  const [search, setSearch] = useState('');
  const { value: events, failure } = useEvents(scope);
  if (events === undefined && failure) return <ClusterFailure failure={failure} />;
  if (events === undefined) return <Loader size={24} />;
  return (
    <div className={classes.view}>
      <Toolbar search={<SearchField label="Search events" value={search} onChange={setSearch} />} />
      <EventTable events={events} search={search} />
    </div>
  );
}

function Empty({ kind, scope }: { readonly kind: string; readonly scope: Scope }) {
  const where = scope.namespace === undefined ? 'this cluster' : `namespace ${scope.namespace}`;
  return (
    <Notice icon={<IconShip size={32} stroke={1.5} />} title={`No ${kind} in ${where}`}>
      <Text c="var(--quiet)">
        Kubernetes runs what YAML files describe. A Deployment keeps a number of equal pods running,
        and a pod is like one <Code>docker run</Code>.
      </Text>
      <Text c="var(--quiet)">
        Apply such files here, or deploy a Compose project from its page. To try what only a whole
        cluster has, create a local one.
      </Text>
      <Group gap="sm" justify="center">
        <Button component="a" href="#/projects" variant="default">
          See Compose projects
        </Button>
        <Button component={Link} href={CLUSTERS_PLACE} variant="default">
          Local clusters
        </Button>
      </Group>
    </Notice>
  );
}
