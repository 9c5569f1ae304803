import { useMutation } from '@tanstack/react-query';
import type { Container } from '../../electron/api/containers.ts';
import { VERBS } from './container-verbs.ts';

/** The actions of a container. The list updates after each of them. */
export function useContainerActions({ id }: Container) {
  const start = useMutation({ mutationFn: () => VERBS.start.call(id) });
  const stop = useMutation({ mutationFn: () => VERBS.stop.call(id) });
  const other = useMutation({
    mutationFn: (verb: Exclude<keyof typeof VERBS, 'start' | 'stop'>) => VERBS[verb].call(id),
  });
  return { start, stop, other };
}
