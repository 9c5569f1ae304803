import { useLocalStorage } from '@mantine/hooks';
import { useContexts } from './use-contexts.ts';

interface Target {
  readonly context: string;
  readonly namespace?: string | undefined;
}

interface DeployTarget {
  /** Undefined until the contexts are known. */
  readonly context: string | undefined;
  readonly namespace: string;
  readonly error: Error | null;
  readonly choose: (target: Target) => void;
}

/**
 * The cluster and the namespace of a project: those of the last time, or else those that `kubectl`
 * uses.
 */
export function useDeployTarget(project: string): DeployTarget {
  const { data: contexts, error } = useContexts();
  const [last, choose] = useLocalStorage<Target | undefined>({
    key: `berth.kubernetes.deploy ${project}`,
    getInitialValueInEffect: false,
  });
  const context =
    contexts?.find(({ name }) => name === last?.context) ??
    contexts?.find(({ isCurrent }) => isCurrent) ??
    contexts?.[0];
  const own = context?.name === last?.context ? last?.namespace : undefined;
  return {
    context: context?.name,
    namespace: own ?? context?.namespace ?? 'default',
    ...{ error, choose },
  };
}

/** The registry through which a cluster gets images that only Berth has; empty until it is known. */
export const useRegistry = (context: string) =>
  useLocalStorage({
    key: `berth.kubernetes.registry ${context}`,
    defaultValue: '',
    getInitialValueInEffect: false,
  });
