import type { ContainerLife } from './container-life.ts';
import type { Lives } from './run-containers.ts';

const SECOND = 1000;
/** Sidecars have at least this long to stop. */
const AT_LEAST_SECONDS = 2;

/**
 * Stops the containers of a pod within its grace period: sidecars after the others, the last first.
 * `hurry` aborts when there is no time left.
 */
export async function stopContainers(
  { init, app, debug, isSidecar }: Lives,
  grace: number,
  hurry: AbortSignal,
): Promise<void> {
  const stop = async (life: ContainerLife, seconds: number) => {
    await life.stop(`Stopping container ${life.container.name}`, seconds, hurry);
    await life.settle();
  };
  const begun = Date.now();
  const others = [...init.filter((life) => !isSidecar(life)), ...app, ...debug];
  await Promise.all(others.map((life) => stop(life, grace)));
  for (const life of init.filter(isSidecar).reverse()) {
    const left = grace - Math.round((Date.now() - begun) / SECOND);
    await stop(life, grace > 0 ? Math.max(left, AT_LEAST_SECONDS) : 0);
  }
}
