import type { ContractRouterClient } from '@orpc/contract';
import { buildProcedures } from './build-procedures.ts';
import { containerProcedures } from './containers.ts';
import { desktopProcedures } from './desktop.ts';
import { diskProcedures } from './disk.ts';
import { fileWatchProcedures } from './file-watches.ts';
import { fileProcedures } from './files.ts';
import { imageProcedures } from './images.ts';
import { kubeProcedures } from './kube/kube.ts';
import { localFileProcedures } from './local-files.ts';
import { logProcedures } from './logs.ts';
import { machineProcedures } from './machine-procedures.ts';
import { machinesProcedures } from './machines.ts';
import { navigationProcedures } from './navigation.ts';
import { networkProcedures } from './networks.ts';
import { noticeProcedures } from './notices.ts';
import { projectProcedures } from './projects.ts';
import { registryProcedures } from './registries.ts';
import { runProcedures } from './run.ts';
import { settingsProcedures } from './settings-procedures.ts';
import { terminalProcedures } from './terminal.ts';
import { usageProcedures } from './usage.ts';
import { vmImageProcedures } from './vm-image.ts';
import { volumeProcedures } from './volumes.ts';

/** The contract between the user interface and the host core: all procedures, by noun. */
export const contract = {
  machine: machineProcedures,
  machines: machinesProcedures,
  vmImage: vmImageProcedures,
  containers: containerProcedures,
  images: imageProcedures,
  run: runProcedures,
  volumes: volumeProcedures,
  networks: networkProcedures,
  files: fileProcedures,
  terminal: terminalProcedures,
  logs: logProcedures,
  usage: usageProcedures,
  localFiles: localFileProcedures,
  settings: settingsProcedures,
  registries: registryProcedures,
  disk: diskProcedures,
  notices: noticeProcedures,
  desktop: desktopProcedures,
  navigation: navigationProcedures,
  projects: projectProcedures,
  fileWatches: fileWatchProcedures,
  builds: buildProcedures,
  kube: kubeProcedures,
};

/** The contract's client for the user interface, over any transport. */
export type ScreenClient = ContractRouterClient<typeof contract>;
