import { MutationCache, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { connect } from './client.ts';
import { createLive, type Live } from './live.ts';
import { showFailure } from './show-failure.tsx';

const connection = connect();

export const client = connection.client;

export const queryClient = new QueryClient({
  // Whatever a click could not do is told in one way, unless the place itself tells (`quiet`).
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, { meta }) => {
      if (!meta?.quiet) showFailure(error);
    },
  }),
  // Everything here is on this computer: a browser that is offline still reaches it.
  defaultOptions: { mutations: { networkMode: 'always' } },
});

const machine = createLive((signal) => client.machine.watch(undefined, { signal }));
const containers = createLive((signal) => client.containers.watch(undefined, { signal }));
const images = createLive((signal) => client.images.watch(undefined, { signal }));
const projects = createLive((signal) => client.projects.watch(undefined, { signal }));

const volumes = createLive((signal) => client.volumes.watch(undefined, { signal }));
const networks = createLive((signal) => client.networks.watch(undefined, { signal }));
const settings = createLive((signal) => client.settings.watch(undefined, { signal }));
const notices = createLive((signal) => client.notices.watch(undefined, { signal }));
const usage = createLive((signal) => client.machine.usage(undefined, { signal }));

const useLive = <T>({ subscribe, current }: Live<T>) => useSyncExternalStore(subscribe, current);

/** Undefined until it is known; so everywhere here. */
export const useMachine = () => useLive(machine);

export const useContainers = () => useLive(containers);

export const useImages = () => useLive(images);

export const useVolumes = () => useLive(volumes);

export const useNetworks = () => useLive(networks);
export const useSettings = () => useLive(settings);

export const useNotices = () => useLive(notices);

/** Of the whole machine; only for what is shown while it runs. */
export const useMachineUsage = () => useLive(usage);
export const useProjects = () => useLive(projects);

export const useIsConnected = () => useSyncExternalStore(connection.onChange, connection.isOpen);
