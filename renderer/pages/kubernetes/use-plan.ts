import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { KubePlan } from '../../../electron/api/kube/manifests.ts';
import type { KubeRef } from '../../../electron/api/kube/place.ts';
import type { LineProblem } from '../../components/yaml-editor.tsx';
import { client } from '../../connection/screen.ts';

/** Milliseconds that typing has to pause before the cluster is asked. */
const PAUSE = 400;

/** What is to be applied, and where. */
export interface ManifestRequest {
  readonly context: string;
  /** The namespace of objects without one. */
  readonly namespace?: string | undefined;
  readonly text: string;
  readonly force?: boolean;
  /** The object that the text is an edited version of. */
  readonly edited?: KubeRef & { readonly version: string };
}

export const inputOf = ({ namespace, ...request }: ManifestRequest) => ({
  ...request,
  ...(namespace !== undefined && { namespace }),
});

export interface PlanState {
  /** What the cluster says of the text as it is now. Undefined while the cluster is asked. */
  readonly plan: KubePlan | undefined;
  /** The problems of the last text that the cluster was asked about. */
  readonly problems: KubePlan['problems'];
  readonly marks: readonly LineProblem[];
  readonly error: Error | null;
  readonly isAsking: boolean;
  /** Asks the cluster again. */
  readonly askAgain: () => void;
}

const NONE: KubePlan['problems'] = [];

/** Asks the cluster, whenever typing pauses, what it would make of the text. */
export function usePlan(request: ManifestRequest): PlanState {
  const [text] = useDebouncedValue(request.text, PAUSE);
  const isEmpty = text.trim() === '';
  const query = useQuery({
    queryKey: ['kube-plan', { ...request, text }],
    queryFn: ({ signal }) => client.kube.manifests.plan(inputOf({ ...request, text }), { signal }),
    enabled: !isEmpty,
    networkMode: 'always',
    placeholderData: (previous) => previous,
    gcTime: 0,
    retry: false,
  });
  const problems = isEmpty ? NONE : (query.data?.problems ?? NONE);
  const marks = useMemo(
    () =>
      problems.map(({ line = 1, severity, message }): LineProblem => ({ line, severity, message })),
    [problems],
  );
  const isCurrent = text === request.text && !query.isPlaceholderData && !query.isFetching;
  return {
    plan: isCurrent && !isEmpty ? query.data : undefined,
    ...{ problems, marks, error: isEmpty ? null : query.error },
    isAsking: !isEmpty && !isCurrent && query.error === null,
    askAgain: () => void query.refetch(),
  };
}
