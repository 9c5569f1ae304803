import type { Engine } from '../../../engine/engine.ts';
import { createNetwork } from '../../../engine/networks/create.ts';
import { networkCreateSchema } from '../../../engine/networks/create-request.ts';
import { EngineError } from '../../../errors.ts';

/** The engine's network that all pods are on. */
export const KUBE_NETWORK = 'kube';

/** Creates the network of pods if it is missing. */
export async function ensureKubeNetwork(engine: Engine): Promise<void> {
  if (engine.networks.find(KUBE_NETWORK)) return;
  const request = networkCreateSchema.parse({
    Name: KUBE_NETWORK,
    Labels: { 'io.berth.kube': 'true' },
  });
  await createNetwork(engine, request).catch((error) => {
    // Another pod was quicker.
    if (!(error instanceof EngineError) || error.code !== 'conflict') throw error;
  });
}
