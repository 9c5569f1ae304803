import type { ScreenClient } from '../../../electron/api/router.ts';
import { freeName, type Recipe } from '../../recipes/recipe.ts';
import type { RecipePlacement } from './recipe-form.ts';

/** Ports that are tried for each port of a recipe. */
const TRIED = 20;

/** Ports below 1024 are often taken or restricted: 8080 for 80. */
export const usualHostPort = (port: number): number => (port < 1024 ? port + 8000 : port);

/** A name that no container has, and ports that are free on the host now. */
export async function placeRecipe(
  { run, containers }: Pick<ScreenClient, 'run' | 'containers'>,
  recipe: Recipe,
): Promise<RecipePlacement> {
  const taken = new Set((await containers.list()).map(({ name }) => name));
  const hostPorts: number[] = [];
  for (const containerPort of recipe.ports) {
    const isFree = async (hostPort: number) => {
      const port = { hostPort, containerPort, protocol: 'tcp' as const };
      const [problem] = await run.portProblems({ ports: [port] });
      return problem === null && !hostPorts.includes(hostPort);
    };
    hostPorts.push(await firstFree(usualHostPort(containerPort), isFree));
  }
  return { name: freeName(recipe.id, taken), hostPorts };
}

/** If all are in use, the form says by which program. */
async function firstFree(
  first: number,
  isFree: (port: number) => Promise<boolean>,
): Promise<number> {
  for (let port = first; port < first + TRIED; port += 1) if (await isFree(port)) return port;
  return first;
}
