import type { PlannedStep } from '../../api/projects.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { observe } from './apply/observe.ts';
import { planProject } from './apply/plan.ts';
import type { Project } from './file/project.ts';

/** The actions of `up`, in their order. */
export async function previewUp(client: EngineClient, project: Project): Promise<PlannedStep[]> {
  const observed = await observe(client, project);
  const plan = planProject(project, observed);
  const images = new Map<string, PlannedStep>();
  for (const { image, build } of Object.values(project.services)) {
    if (observed.images.has(image)) continue;
    images.set(image, { action: build ? 'build' : 'pull', kind: 'image', name: image });
  }
  const resources = (kind: 'network' | 'volume', steps: typeof plan.networks) =>
    steps.flatMap(({ name, action }): PlannedStep[] =>
      action === 'create' || action === 'recreate' ? [{ action, kind, name }] : [],
    );
  return [
    ...images.values(),
    ...resources('network', plan.networks),
    ...resources('volume', plan.volumes),
    ...plan.services.flatMap(({ steps }) =>
      steps.flatMap((step): PlannedStep[] => {
        if (step.action === 'keep') return [];
        const kind = 'container';
        if (step.action === 'create') return [{ action: 'create', kind, name: step.name }];
        const { name } = step.container;
        if (step.action !== 'recreate') return [{ action: step.action, kind, name }];
        return [{ action: 'recreate', kind, name, reason: step.reason }];
      }),
    ),
    ...plan.orphans.map(
      ({ name, oneoff }): PlannedStep => ({
        ...{ action: 'remove', kind: 'container', name },
        reason: oneoff
          ? 'its command has finished'
          : 'its service is no longer in the Compose file',
      }),
    ),
  ];
}
