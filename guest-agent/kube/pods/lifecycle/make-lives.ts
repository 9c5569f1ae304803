import type { Container } from 'kubernetes-types/core/v1.js';
import { isSidecar } from '../status/pod-status.ts';
import { ContainerLife, type RestartRule } from './container-life.ts';
import type { DebugContainers } from './debug-containers.ts';
import type { PodScope } from './pod-scope.ts';
import type { Lives } from './run-containers.ts';

/** The containers of a pod, with the rules by which they restart. */
export function makeLives(
  scope: PodScope,
  debug: Pick<DebugContainers, 'lives'>,
  isInitialized: boolean,
): Lives {
  const {
    initContainers = [],
    containers = [],
    restartPolicy,
  } = scope.view().pod.spec ?? {
    containers: [],
  };
  const rule = ruleOf(restartPolicy);
  // Init containers end, so `Always` means until they succeed.
  const initRule = rule === 'Always' ? 'OnFailure' : rule;
  const init = initContainers.map((container, index) => {
    const own = isSidecar(container) ? 'Always' : initRule;
    const settings = { rule: own, isInit: !isSidecar(container), waits: index > 0 } as const;
    return new ContainerLife(scope, container, settings);
  });
  const waits = initContainers.length > 0 && !isInitialized;
  const app = containers.map(
    (container: Container) => new ContainerLife(scope, container, { rule, waits, isInit: false }),
  );
  return { init, app, debug: debug.lives, isSidecar: ({ container }) => isSidecar(container) };
}

function ruleOf(policy = 'Always'): RestartRule {
  return policy === 'Never' || policy === 'OnFailure' ? policy : 'Always';
}
