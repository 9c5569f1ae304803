import type { ContractRouterClient } from '@orpc/contract';
import { buildProcedures } from './builds.ts';
import { computerProcedures } from './computer.ts';
import { containerProcedures } from './containers.ts';
import { imageProcedures } from './images.ts';
import { machineProcedures } from './machine-procedures.ts';
import { projectProcedures } from './projects.ts';
import { terminalProcedures } from './terminal.ts';

/** The contract between a screen and the host core: every procedure, by noun. */
export const contract = {
  machine: machineProcedures,
  containers: containerProcedures,
  images: imageProcedures,
  terminal: terminalProcedures,
  computer: computerProcedures,
  projects: projectProcedures,
  builds: buildProcedures,
};

/** The contract as a screen calls it, over any transport. */
export type ScreenClient = ContractRouterClient<typeof contract>;
