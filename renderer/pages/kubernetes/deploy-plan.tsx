import { Alert, Anchor, Button, Loader, Text } from '@mantine/core';
import { IconRefresh, IconShip } from '@tabler/icons-react';
import { useState } from 'react';
import type { KubePlan } from '../../../electron/api/kube/manifests.ts';
import { ActionBar } from '../../components/action-bar.tsx';
import { Problems } from '../../components/problems.tsx';
import { explain } from '../../connection/failure.ts';
import { Prose } from '../../format/prose.tsx';
import { ChangeList, summaryOf } from './change-list.tsx';
import { Conflicts } from './conflicts.tsx';
import classes from './kubernetes.module.css';
import { RegistryField } from './registry-field.tsx';
import { useRegistry } from './use-deploy-target.ts';
import { type ManifestRequest, type PlanState, usePlan } from './use-plan.ts';

/** What Berth made of a Compose project. */
export interface GeneratedManifests {
  readonly text: string;
  readonly warnings: readonly string[];
  readonly unbuiltImages: readonly string[];
}

interface DeployPlanProps {
  readonly request: ManifestRequest;
  readonly generated: GeneratedManifests;
  /** Called with the names of the objects. */
  readonly onDeploy: (
    options: { readonly force: boolean; readonly registry: string },
    objects: readonly string[],
  ) => void;
}

/** What deploying a project will change, what must be decided before, and the button. */
export function DeployPlan({ request, generated, onDeploy }: DeployPlanProps) {
  const state = usePlan(request);
  const { plan, problems, isAsking } = state;
  const { conflicts = [], localImages = [], changes = [] } = plan ?? {};
  const [force, setForce] = useState(false);
  const [remembered, remember] = useRegistry(request.context);
  const [registry, setRegistry] = useState(remembered);
  const blocked = blockOf(state, generated, { force, registry });
  return (
    <>
      <ActionBar>
        <Text size="sm" c="var(--quiet)" aria-live="polite">
          {isAsking && <Loader size={12} mr={8} />}
          {blocked ?? summaryOf(changes)}
        </Text>
        <Button
          leftSection={<IconShip size={16} />}
          disabled={blocked !== undefined}
          onClick={() => {
            const needed = localImages.length > 0 ? registry : '';
            if (needed !== '') remember(needed);
            onDeploy(
              { force, registry: needed },
              changes.map(({ name }) => name),
            );
          }}
        >
          Deploy
        </Button>
      </ActionBar>
      <PlanFailure state={state} />
      <Unbuilt images={generated.unbuiltImages} />
      <RegistryField images={localImages} value={registry} onChange={setRegistry} />
      <Conflicts conflicts={conflicts} force={force} onForce={setForce} />
      <Problems problems={problems} />
      <Differences warnings={generated.warnings} />
      {plan && <ChangeList changes={changes} />}
    </>
  );
}

interface Decisions {
  readonly force: boolean;
  readonly registry: string;
}

/** Why the project can't be deployed now. Undefined if it can. */
function blockOf(
  { plan, problems, error, isAsking }: PlanState,
  { unbuiltImages }: GeneratedManifests,
  { force, registry }: Decisions,
): string | undefined {
  if (isAsking) return 'Asking the cluster what would change…';
  if (error) return 'The cluster gave no answer.';
  if (problems.some(({ severity }) => severity === 'error')) {
    return 'The cluster would refuse this project.';
  }
  if (unbuiltImages.length > 0) return 'Build the images first.';
  return plan && decisionOf(plan, { force, registry });
}

function decisionOf(
  { conflicts, localImages }: KubePlan,
  { force, registry }: Decisions,
): string | undefined {
  if (localImages.length > 0 && registry === '') return 'Enter a registry first.';
  if (conflicts.length > 0 && !force) return 'Other programs own some of these fields.';
  return undefined;
}

function PlanFailure({ state: { error, askAgain } }: { readonly state: PlanState }) {
  if (!error) return null;
  const { message, hint } = explain(error);
  return (
    <Alert color="red" variant="light" role="alert" title="No answer from the cluster">
      <Text size="sm">{message}</Text>
      {hint !== undefined && (
        <Text size="sm" c="var(--quiet)">
          <Prose text={hint} />
        </Text>
      )}
      <Button
        mt="sm"
        size="compact-sm"
        variant="default"
        leftSection={<IconRefresh size={15} />}
        onClick={askAgain}
      >
        Try again
      </Button>
    </Alert>
  );
}

function Unbuilt({ images }: { readonly images: readonly string[] }) {
  if (images.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      title={images.length === 1 ? 'An image is missing' : 'Images are missing'}
    >
      <Text size="sm">
        The project builds <b>{images.join(', ')}</b>, but that hasn't happened yet. Start the
        project once under{' '}
        <Anchor href="#/projects" c="inherit" inherit underline="always">
          Projects
        </Anchor>
        , then deploy it.
      </Text>
    </Alert>
  );
}

/** What the project does differently in Kubernetes. */
function Differences({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <details className={classes.differences}>
      <summary className={classes.change}>
        <span>
          {warnings.length === 1
            ? '1 thing differs in Kubernetes'
            : `${warnings.length} things differ in Kubernetes`}
        </span>
      </summary>
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>
            <Prose text={warning} />
          </li>
        ))}
      </ul>
    </details>
  );
}
