import { Anchor } from '@mantine/core';
import { Link } from 'wouter';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ScaleStepper } from '../../components/scale-stepper.tsx';
import { State } from '../../components/state-dot.tsx';
import classes from './kubernetes.module.css';
import { stateOf, type WorkloadRow } from './object-rows.ts';
import { pageOf } from './places.ts';
import { useObjectActions } from './use-object-actions.tsx';

/** Below the name: what kind of object it is, and its images. */
const detailsOf = ({ kind, owner, images }: ListedObject) =>
  kind === 'Pod'
    ? [owner && `${owner.kind} ${owner.name}`, ...images].filter(Boolean).join(' · ')
    : [kind, ...images].join(' · ');

function nameColumn<T extends ListedObject>(context: string): ListColumn<T> {
  return {
    title: 'Name',
    sortBy: ({ name }) => name,
    cell: (object) => (
      <>
        <Anchor
          component={Link}
          href={pageOf({ context, ...refOf(object) })}
          className={classes.name ?? ''}
          c="inherit"
          title={object.name}
        >
          {object.name}
        </Anchor>
        <span className={classes.details} title={detailsOf(object)}>
          {detailsOf(object)}
        </span>
      </>
    ),
  };
}

const refOf = ({ kind, namespace, name }: ListedObject) => ({ kind, namespace, name });

/** Sort order: what needs attention first. */
const TONES = ['bad', 'busy', 'good', 'idle'] as const;

function stateColumn<T extends ListedObject | WorkloadRow>(): ListColumn<T> {
  return {
    title: 'State',
    sortBy: (object) => TONES.indexOf(stateOf(object).tone),
    cell: (object) => {
      const { tone, text, problem } = stateOf(object);
      return (
        <>
          <State tone={tone} text={text} />
          {problem !== '' && (
            <span className={classes.details} title={problem}>
              {problem}
            </span>
          )}
        </>
      );
    },
  };
}

function namespaceColumn<T extends ListedObject>(): ListColumn<T> {
  return {
    title: 'Namespace',
    width: '120px',
    sortBy: ({ namespace }) => namespace,
    cell: ({ namespace }) => namespace,
  };
}

function readyColumn<T extends ListedObject>(): ListColumn<T> {
  return {
    title: 'Ready',
    width: '84px',
    cell: ({ ready }) => <span className={classes.number}>{ready}</span>,
  };
}

function ageColumn<T extends ListedObject>(): ListColumn<T> {
  return {
    title: 'Age',
    width: '116px',
    needsRoom: true,
    sortBy: ({ created }) => -Date.parse(created) || 0,
    cell: ({ created }) => created !== '' && <Elapsed since={created} />,
  };
}

/** Columns of workloads; with the namespace if there are several. */
export const workloadColumns = (
  context: string,
  hasNamespaces: boolean,
): readonly ListColumn<WorkloadRow>[] => [
  nameColumn(context),
  ...(hasNamespaces ? [namespaceColumn<WorkloadRow>()] : []),
  stateColumn(),
  readyColumn(),
  {
    title: 'Scale',
    width: '124px',
    cell: (row) => row.replicas !== undefined && <Scale context={context} row={row} />,
  },
  // The state needs the room.
  ...(hasNamespaces ? [] : [ageColumn<WorkloadRow>()]),
];

export const podColumns = (
  context: string,
  hasNamespaces: boolean,
): readonly ListColumn<ListedObject>[] => [
  nameColumn(context),
  ...(hasNamespaces ? [namespaceColumn<ListedObject>()] : []),
  stateColumn(),
  readyColumn(),
  {
    title: 'Restarts',
    width: '100px',
    sortBy: ({ restarts }) => restarts,
    cell: ({ restarts }) => <span className={classes.number}>{restarts}</span>,
  },
  ageColumn(),
];

function Scale({ context, row }: { readonly context: string; readonly row: WorkloadRow }) {
  const { busy, scale } = useObjectActions({ context, ...refOf(row) });
  return (
    <ScaleStepper
      name={row.name}
      unit="pod"
      count={row.replicas ?? 0}
      busy={busy}
      onScale={scale}
    />
  );
}
