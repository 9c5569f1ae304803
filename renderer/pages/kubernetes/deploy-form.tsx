import { Loader, Text } from '@mantine/core';
import { useState } from 'react';
import type { KubeEvent } from '../../../electron/api/kube/pods.ts';
import { useChosenNamespace } from './cluster-memory.ts';
import { ContextSelect } from './context-select.tsx';
import { DeployPlan, type GeneratedManifests } from './deploy-plan.tsx';
import { DeployProgress } from './deploy-progress.tsx';
import classes from './kubernetes.module.css';
import { TargetNamespace } from './target-namespace.tsx';
import { useEvents } from './use-cluster.ts';
import { useDeployTarget } from './use-deploy-target.ts';
import { type Deployment, useDeployment } from './use-deployment.ts';
import { useNamespaces, withNamespace } from './use-namespaces.ts';

interface DeployFormProps {
  /** The project's name. */
  readonly name: string;
  readonly generated: GeneratedManifests;
}

/** Asks where a project is deployed, shows what will change, and then how that goes. */
export function DeployForm({ name, generated }: DeployFormProps) {
  const { context, namespace, error, choose } = useDeployTarget(name);
  if (error) return <Text role="alert">{error.message}</Text>;
  if (context === undefined) return <Loader size={24} />;
  return (
    <Deploying
      key={`${context} ${namespace}`}
      {...{ name, generated, context, namespace }}
      place={
        <>
          <ContextSelect
            context={context}
            hasLabel
            onChange={(chosen) => choose({ context: chosen })}
          />
          <TargetNamespace
            key={context}
            context={context}
            value={namespace}
            onChange={(chosen) => choose({ context, namespace: chosen })}
          />
        </>
      }
      onDeploy={() => choose({ context, namespace })}
    />
  );
}

interface DeployingProps extends DeployFormProps {
  readonly context: string;
  readonly namespace: string;
  /** The fields that choose the cluster. */
  readonly place: React.ReactNode;
  readonly onDeploy: () => void;
}

function Deploying(props: DeployingProps) {
  const { name, generated, context, namespace, place, onDeploy } = props;
  const { value: events } = useEvents({ context, namespace });
  const [known, setKnown] = useState<ReadonlySet<string>>(new Set());
  const [, show] = useChosenNamespace(context);
  const { deployment, deploy, leave } = useDeployment(name);
  const { data: namespaces = [namespace] } = useNamespaces(context);
  const isNew = !namespaces.includes(namespace);
  const text = isNew ? withNamespace(generated.text, namespace) : generated.text;
  if (deployment) {
    return (
      <DeployProgress
        {...{ name, context, namespace, deployment }}
        events={(events ?? []).filter(
          (event) => !known.has(versionOf(event)) && concerns(event, deployment),
        )}
        onBack={leave}
      />
    );
  }
  return (
    <div className={classes.deploy}>
      <div className={classes.fields}>{place}</div>
      <DeployPlan
        request={{ context, namespace, text }}
        generated={generated}
        onDeploy={(options, objects) => {
          // The workloads page then shows this namespace.
          show(namespace);
          setKnown(new Set(events?.map(versionOf)));
          onDeploy();
          void deploy({ context, namespace, text, ...options }, objects);
        }}
      />
    </div>
  );
}

/** A repeated event keeps its ID. */
const versionOf = ({ id, count }: KubeEvent) => `${id} ${count}`;

/** Whether an event is about an object of the project, or about what belongs to the object. */
const concerns = ({ name }: KubeEvent, { objects }: Deployment) =>
  objects.some((each) => name === each || name.startsWith(`${each}-`));
