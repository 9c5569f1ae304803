import type { Engine } from '../../engine/engine.ts';
import { prepareSleep, wake } from '../../engine/sleep.ts';
import { empty, type Route } from '../route.ts';

/** Called before Berth suspends the VM to disk and after the VM resumes (docs/engine-api.md). */
export function sleepRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'POST',
      path: '/sleep',
      handle: async () => {
        await prepareSleep(engine);
        return empty();
      },
    },
    {
      method: 'POST',
      path: '/wake',
      handle: async () => {
        await wake(engine);
        return empty();
      },
    },
  ];
}
