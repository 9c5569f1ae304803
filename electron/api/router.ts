import type { ContractRouterClient } from '@orpc/contract';
import { computerProcedures } from './computer.ts';
import { containerProcedures } from './containers.ts';
import { imageProcedures } from './images.ts';
import { logProcedures } from './logs.ts';
import { machineProcedures } from './machine-procedures.ts';
import { terminalProcedures } from './terminal.ts';
import { usageProcedures } from './usage.ts';

/** The contract between a screen and the host core: every procedure, by noun. */
export const contract = {
  machine: machineProcedures,
  containers: containerProcedures,
  images: imageProcedures,
  terminal: terminalProcedures,
  logs: logProcedures,
  usage: usageProcedures,
  computer: computerProcedures,
};

/** The contract as a screen calls it, over any transport. */
export type ScreenClient = ContractRouterClient<typeof contract>;
