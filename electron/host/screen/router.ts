import { whileRunning } from '../machine/while-running.ts';
import { screen } from './implementer.ts';
import { connectClusters } from './kube-host.ts';
import { buildHandlers } from './procedures/builds.ts';
import { containerHandlers } from './procedures/containers.ts';
import { desktopHandlers } from './procedures/desktop.ts';
import { diskHandlers } from './procedures/disk.ts';
import { fileWatchHandlers } from './procedures/file-watches.ts';
import { fileHandlers } from './procedures/files.ts';
import { imageHandlers } from './procedures/images.ts';
import { kubeHandlers } from './procedures/kube/kube.ts';
import { localFileHandlers } from './procedures/local-files.ts';
import { logHandlers } from './procedures/logs.ts';
import { machineHandlers } from './procedures/machine.ts';
import { machinesHandlers } from './procedures/machines.ts';
import { navigationHandlers } from './procedures/navigation.ts';
import { networkHandlers } from './procedures/networks.ts';
import { noticeHandlers } from './procedures/notices.ts';
import { projectHandlers } from './procedures/projects.ts';
import { registryHandlers } from './procedures/registries.ts';
import { runHandlers } from './procedures/run.ts';
import { settingsHandlers } from './procedures/settings.ts';
import { terminalHandlers } from './procedures/terminal.ts';
import { usageHandlers } from './procedures/usage.ts';
import { vmImageHandlers } from './procedures/vm-image.ts';
import { volumeHandlers } from './procedures/volumes.ts';
import type { ScreenHost } from './screen-host.ts';

/**
 * Implements the contract on a host; any transport can serve the result. `ended` aborts when the app
 * ends.
 */
export function createScreenRouter(given: ScreenHost, ended: AbortSignal) {
  const host = { ...given, engine: whileRunning(given.engine, given.machine) };
  const clusters = connectClusters(host);
  return screen.router({
    machine: machineHandlers(host),
    machines: machinesHandlers(host),
    vmImage: vmImageHandlers(host),
    containers: containerHandlers(host),
    images: imageHandlers(host),
    run: runHandlers(host),
    volumes: volumeHandlers(host),
    networks: networkHandlers(host),
    files: fileHandlers(host),
    logs: logHandlers(host),
    usage: usageHandlers(host),
    terminal: terminalHandlers(host, clusters),
    localFiles: localFileHandlers(host),
    settings: settingsHandlers(host),
    registries: registryHandlers(host),
    disk: diskHandlers(host),
    notices: noticeHandlers(host),
    desktop: desktopHandlers(host),
    navigation: navigationHandlers(host),
    projects: projectHandlers(host),
    fileWatches: fileWatchHandlers(host, ended),
    builds: buildHandlers(host),
    kube: kubeHandlers(host, clusters, ended),
  });
}
