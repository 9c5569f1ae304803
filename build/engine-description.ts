import { resolve } from 'node:path';

/** Docker's description of the Engine API (Swagger 2.0): beside the checkout, or at `BERTH_ENGINE_API`. */
export const engineDescription =
  process.env.BERTH_ENGINE_API ?? resolve(import.meta.dirname, '../../shared/engine-api.yaml');
