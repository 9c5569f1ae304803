import { Alert, Anchor, Button, Group, Loader } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import { IconAlertTriangle, IconRefresh, IconShip } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { KubeRef } from '../../../electron/api/kube/place.ts';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { type PageTab, PageTabs } from '../../components/page-tabs.tsx';
import { ScaleStepper } from '../../components/scale-stepper.tsx';
import { State } from '../../components/state-dot.tsx';
import { ClusterFailure } from './cluster-failure.tsx';
import { useRememberedContext } from './cluster-memory.ts';
import { EventTable } from './event-table.tsx';
import { HistoryTab } from './history-tab.tsx';
import classes from './kubernetes.module.css';
import { MoreMenu } from './object-actions.tsx';
import {
  canRestart,
  hasHistory,
  idOf,
  stateOf,
  type WorkloadRow,
  withBelow,
} from './object-rows.ts';
import { PodTable } from './object-table.tsx';
import { pageOf, viewOf } from './places.ts';
import { PodLogs } from './pod-logs.tsx';
import { PodTerminal } from './pod-terminal.tsx';
import { useEvents, useWorkloads } from './use-cluster.ts';
import { useObjectActions } from './use-object-actions.tsx';

// The editor is large, so it is loaded separately.
const YamlTab = lazy(() => import('./yaml-tab.tsx'));

interface ObjectPageProps {
  readonly object: KubeRef;
  readonly tab: string | undefined;
}

/** A workload or a pod. */
export function ObjectPage({ object: ref, tab }: ObjectPageProps) {
  const { context, namespace } = ref;
  useRememberedContext(context);
  const { value: objects, failure } = useWorkloads({ context, namespace });
  if (objects === undefined && failure) return <ClusterFailure failure={failure} />;
  if (objects === undefined) return <Loader size={24} m="xl" />;
  const object = withBelow(objects).find((each) => idOf(each) === idOf(ref));
  if (!object) return <Missing object={ref} />;
  const { tone, text, problem } = stateOf(object);
  return (
    <Page
      fills
      title={object.name}
      summary={
        <span className={classes.summary}>
          <State tone={tone} text={text} />
          <span>{object.kind}</span>
          {object.ready !== '' && <span>{object.ready} ready</span>}
          <Owner context={context} object={object} />
          {object.node !== '' && <span>Node {object.node}</span>}
          {object.address !== '' && <span>{object.address}</span>}
          <span>
            <Elapsed since={object.created} />
          </span>
        </span>
      }
      actions={<Actions context={context} object={object} />}
    >
      {problem !== '' && (
        <Alert
          className={classes.problem ?? ''}
          color="red"
          variant="light"
          icon={<IconAlertTriangle size={18} />}
          title={object.kind === 'Pod' ? object.status : 'The pods of this workload need attention'}
        >
          {problem}
        </Alert>
      )}
      <ObjectTabs context={context} object={object} shown={tab} />
    </Page>
  );
}

function Owner({ context, object }: { readonly context: string; readonly object: ListedObject }) {
  const { owner, namespace } = object;
  if (!owner) return null;
  return (
    <Anchor component={Link} href={pageOf({ context, namespace, ...owner })} size="sm">
      {owner.kind} {owner.name}
    </Anchor>
  );
}

interface PartProps {
  readonly context: string;
  readonly object: WorkloadRow;
}

function Actions({ context, object }: PartProps) {
  const { kind, namespace, name, replicas } = object;
  const { busy, restart, scale } = useObjectActions({ context, kind, namespace, name });
  return (
    <Group gap="sm" wrap="nowrap">
      {replicas !== undefined && (
        <ScaleStepper name={name} unit="pod" count={replicas} busy={busy} onScale={scale} />
      )}
      {canRestart(kind) && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={busy}
          onClick={() => void restart()}
        >
          Restart
        </Button>
      )}
      <MoreMenu context={context} object={object} />
    </Group>
  );
}

function ObjectTabs({
  context,
  object,
  shown,
}: PartProps & { readonly shown: string | undefined }) {
  const [, navigate] = useLocation();
  const { kind, namespace, name } = object;
  const ref = { context, kind, namespace, name };
  const isPod = kind === 'Pod';
  const pods = isPod ? [object] : object.below.filter((each) => each.kind === 'Pod');
  const tabs: PageTab[] = [
    ...(isPod
      ? []
      : [{ name: 'pods', title: 'Pods', content: <Pods context={context} object={object} /> }]),
    { name: 'logs', title: 'Logs', content: <PodLogs object={ref} pods={pods} /> },
    ...(isPod
      ? [
          {
            name: 'terminal',
            title: 'Terminal',
            content: <PodTerminal context={context} pod={object} />,
            staysOpen: true,
          },
        ]
      : []),
    {
      name: 'events',
      title: 'Events',
      content: <ObjectEvents context={context} object={object} />,
    },
    ...(hasHistory(kind)
      ? [
          {
            name: 'history',
            title: 'History',
            content: <HistoryTab object={ref} state={object.status + object.images.join()} />,
          },
        ]
      : []),
    { name: 'yaml', title: 'YAML', content: <YamlTab object={ref} /> },
  ].filter(({ name: each }) => each !== 'logs' || kind !== 'CronJob');
  return (
    <PageTabs
      tabs={tabs}
      shown={tabs.find((each) => each.name === shown)?.name ?? tabs[0]?.name ?? ''}
      onShow={(each) => navigate(pageOf(ref, each), { replace: true })}
    />
  );
}

function Pods({ context, object }: PartProps) {
  return (
    <div className={classes.view}>
      <PodTable context={context} objects={object.below} />
    </div>
  );
}

/** The events of an object and of everything that it owns. */
function ObjectEvents({ context, object }: PartProps) {
  const { namespace, kind, name } = object;
  const { value: events, failure } = useEvents({ context, namespace });
  if (events === undefined && failure) return <ClusterFailure failure={failure} />;
  if (events === undefined) return <Loader size={24} />;
  const own = new Set([object, ...object.below].map(idOf));
  const replicaSet = new RegExp(`^${name.replaceAll('.', '\\.')}-[a-z0-9]{1,10}$`);
  const concerned = events.filter(
    (event) =>
      own.has(idOf(event)) ||
      // The list omits a Deployment's ReplicaSets, whose names begin with its own.
      (kind === 'Deployment' && event.kind === 'ReplicaSet' && replicaSet.test(event.name)),
  );
  return (
    <div className={classes.view}>
      <EventTable events={concerned} />
    </div>
  );
}

/** A new object may appear in the list a moment later. */
function Missing({ object: { context, kind, name } }: { readonly object: KubeRef }) {
  const [gone, setGone] = useState(false);
  useTimeout(() => setGone(true), 2000, { autoInvoke: true });
  if (!gone) return <Loader size={24} m="xl" />;
  const view = kind === 'Pod' ? 'pods' : 'workloads';
  return (
    <Notice icon={<IconShip size={32} stroke={1.5} />} title={`${kind} ${name} no longer exists`}>
      <Anchor component={Link} href={viewOf(context, view)}>
        See all {view}
      </Anchor>
    </Notice>
  );
}
