import { MutationCache, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { connect } from './client.ts';
import { createLive, type Live } from './live.ts';
import { showFailure } from './show-failure.tsx';

const connection = connect();

export const client = connection.client;

export const queryClient = new QueryClient({
  // All failed actions are shown the same way, unless the caller shows the failure (`quiet`).
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, { meta }) => {
      if (!meta?.quiet) showFailure(error);
    },
  }),
  // Everything runs on the host: a browser that is offline still reaches it.
  defaultOptions: { mutations: { networkMode: 'always' } },
});

const machine = createLive((signal) => client.machine.watch(undefined, { signal }));
const containers = createLive((signal) => client.containers.watch(undefined, { signal }));
const images = createLive((signal) => client.images.watch(undefined, { signal }));
const projects = createLive((signal) => client.projects.watch(undefined, { signal }));
const fileWatches = createLive((signal) => client.fileWatches.watch(undefined, { signal }));

const volumes = createLive((signal) => client.volumes.watch(undefined, { signal }));
const builds = createLive((signal) => client.builds.watch(undefined, { signal }));
const networks = createLive((signal) => client.networks.watch(undefined, { signal }));
const settings = createLive((signal) => client.settings.watch(undefined, { signal }));
const notices = createLive((signal) => client.notices.watch(undefined, { signal }));
const usage = createLive((signal) => client.machine.usage(undefined, { signal }));

const useLive = <T>({ subscribe, current }: Live<T>) => useSyncExternalStore(subscribe, current);

/** Undefined until it is known, like every value here. */
export const useMachine = () => useLive(machine);

export const useContainers = () => useLive(containers);

export const useImages = () => useLive(images);

export const useVolumes = () => useLive(volumes);

/** Running and past builds of all clients, newest first. */
export const useBuilds = () => useLive(builds);

export const useNetworks = () => useLive(networks);
export const useSettings = () => useLive(settings);

export const useNotices = () => useLive(notices);

/** What the whole VM uses. Only for pages that are shown while the VM runs. */
export const useMachineUsage = () => useLive(usage);
export const useProjects = () => useLive(projects);

/** The projects whose files were watched since the app's start. */
export const useFileWatches = () => useLive(fileWatches);

export const useIsConnected = () => useSyncExternalStore(connection.onChange, connection.isOpen);
