import { useMutation } from '@tanstack/react-query';
import type { Container } from '../../../electron/api/containers.ts';
import { client } from '../../connection/screen.ts';

/** What can be done to a container. The list follows by itself when it has happened. */
export function useContainerActions({ id }: Container) {
  const start = useMutation({ mutationFn: () => client.containers.start({ id }) });
  const stop = useMutation({ mutationFn: () => client.containers.stop({ id }) });
  const kill = useMutation({ mutationFn: () => client.containers.kill({ id }) });
  const remove = useMutation({ mutationFn: () => client.containers.remove({ id, force: true }) });
  return { start, stop, kill, remove };
}

export const isUp = ({ state }: Container): boolean =>
  state === 'running' || state === 'paused' || state === 'restarting';
