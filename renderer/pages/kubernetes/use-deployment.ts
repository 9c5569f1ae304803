import { useState } from 'react';
import type { KubeProgress } from '../../../electron/api/kube/place.ts';
import type { Explained } from '../../connection/failure.ts';
import { applyManifests } from './apply-manifests.ts';
import type { ManifestRequest } from './use-plan.ts';

/** The deployment of a project to a cluster, while it runs and after it ended. */
export interface Deployment {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly failure?: Explained;
  /** The latest of each object. */
  readonly steps: readonly KubeProgress[];
  /** The names of the objects. */
  readonly objects: readonly string[];
}

type Request = ManifestRequest & { readonly registry: string };

/** Deploys a project. The deployment continues when the page is left. */
export function useDeployment(project: string) {
  const [deployment, setDeployment] = useState<Deployment>();
  const change = (next: (before: Deployment) => Partial<Deployment>) =>
    setDeployment((before) => before && { ...before, ...next(before) });
  const deploy = async (request: Request, objects: readonly string[]) => {
    setDeployment({ state: 'running', steps: [], objects });
    const isDone = await applyManifests(request, project, {
      onProgress: (step) => change(({ steps }) => ({ steps: withStep(steps, step) })),
      onFailure: (failure) => change(() => ({ state: 'failed', failure })),
    });
    change(({ state }) => ({ state: isDone ? 'done' : state === 'failed' ? state : 'cancelled' }));
  };
  return { deployment, deploy, leave: () => setDeployment(undefined) };
}

export const keyOf = ({ kind, name, namespace }: KubeProgress): string =>
  `${kind} ${namespace} ${name}`;

/** Each object keeps its place. */
function withStep(steps: readonly KubeProgress[], step: KubeProgress): KubeProgress[] {
  const key = keyOf(step);
  return steps.some((each) => keyOf(each) === key)
    ? steps.map((each) => (keyOf(each) === key ? step : each))
    : [...steps, step];
}
