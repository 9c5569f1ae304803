import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { KubeProgress } from '../../../electron/api/kube/place.ts';
import type { KubeEvent } from '../../../electron/api/kube/pods.ts';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { State, type Tone } from '../../components/state-dot.tsx';
import { Prose } from '../../format/prose.tsx';
import { EventTable } from './event-table.tsx';
import classes from './kubernetes.module.css';
import { ObjectCell } from './object-cell.tsx';
import { viewOf } from './places.ts';
import { type Deployment, keyOf } from './use-deployment.ts';

const TONES: Readonly<Record<KubeProgress['state'], Tone>> = {
  working: 'busy',
  done: 'good',
  warning: 'bad',
};

const COLUMNS: readonly ListColumn<KubeProgress>[] = [
  {
    title: 'Object',
    width: '38%',
    cell: ({ kind, name }) => <ObjectCell kind={kind} name={name} />,
  },
  {
    title: 'State',
    cell: ({ state, text }) => (
      <span className={classes.message}>
        <State tone={TONES[state]} text={text} />
      </span>
    ),
  },
];

interface DeployProgressProps {
  /** The project's name. */
  readonly name: string;
  readonly context: string;
  readonly namespace: string;
  readonly deployment: Deployment;
  /** The events since the deployment began. */
  readonly events: readonly KubeEvent[];
  readonly onBack: () => void;
}

/** How a deployment goes, object by object, and how it ended. */
export function DeployProgress(props: DeployProgressProps) {
  const { deployment, events, context, onBack } = props;
  const isRunning = deployment.state === 'running';
  return (
    <div className={classes.deploy}>
      <Outcome {...props} />
      <Group gap="sm">
        <Button
          component={Link}
          href={viewOf(context)}
          variant={deployment.state === 'done' ? 'filled' : 'default'}
        >
          See the workloads
        </Button>
        {!isRunning && (
          <Button variant="default" onClick={onBack}>
            Back to the changes
          </Button>
        )}
      </Group>
      <section aria-labelledby="progress">
        <h2 id="progress" className={classes.section}>
          Progress
        </h2>
        <ListTable
          label="Progress"
          rows={deployment.steps}
          columns={COLUMNS}
          rowId={keyOf}
          rowName={({ kind, name }) => `${kind} ${name}`}
        />
      </section>
      {events.length > 0 && (
        <section aria-labelledby="events">
          <h2 id="events" className={classes.section}>
            Events
          </h2>
          <EventTable events={events} />
        </section>
      )}
    </div>
  );
}

function Outcome({ name, context, namespace, deployment }: DeployProgressProps) {
  const { state, failure } = deployment;
  const where = (
    <>
      context <b>{context}</b>, namespace <b>{namespace}</b>
    </>
  );
  if (state === 'running') {
    return (
      <Text size="sm" aria-live="polite">
        <Loader size={12} mr={8} />
        Deploying {name} to {where}
      </Text>
    );
  }
  if (state === 'done') {
    return (
      <Alert color="green" variant="light" role="status" icon={<IconCheck size={18} />}>
        {name} runs in {where}.
      </Alert>
    );
  }
  if (state === 'cancelled') {
    return (
      <Alert color="yellow" variant="light" role="status">
        You cancelled the deployment. What was applied before stays in {where}.
      </Alert>
    );
  }
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title={`${name} couldn't be deployed`}
    >
      <Text size="sm" className={classes.reason ?? ''}>
        {failure?.message}
      </Text>
      {failure?.hint !== undefined && (
        <Text size="sm" c="var(--quiet)">
          <Prose text={failure.hint} />
        </Text>
      )}
    </Alert>
  );
}
