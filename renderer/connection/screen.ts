import { MutationCache, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { showFailure } from '../components/show-failure.tsx';
import { connect } from './client.ts';
import { createLive, type Live } from './live.ts';

const connection = connect();

export const client = connection.client;

export const queryClient = new QueryClient({
  // Whatever a click could not do is told in one way.
  mutationCache: new MutationCache({ onError: showFailure }),
  // Everything here is on this computer: a browser that is offline still reaches it.
  defaultOptions: { mutations: { networkMode: 'always' } },
});

const machine = createLive((signal) => client.machine.watch(undefined, { signal }));
const containers = createLive((signal) => client.containers.watch(undefined, { signal }));
const images = createLive((signal) => client.images.watch(undefined, { signal }));
const projects = createLive((signal) => client.projects.watch(undefined, { signal }));

const useLive = <T>({ subscribe, current }: Live<T>) => useSyncExternalStore(subscribe, current);

/** Undefined until it is known; so everywhere here. */
export const useMachine = () => useLive(machine);

export const useContainers = () => useLive(containers);

export const useImages = () => useLive(images);

export const useProjects = () => useLive(projects);

export const useIsConnected = () => useSyncExternalStore(connection.onChange, connection.isOpen);
