import { ask } from '../../fixtures/ask.ts';
import type { Group } from '../engine/group.ts';
import type { HostileEngine } from '../engine/start.ts';
import { verdictOf } from '../engine/verdict.ts';
import { REGISTRY_PORT } from '../server/ports.ts';
import { type HostileRegistry, registries } from './table.ts';

const PASSWORD = 'the-password-of-the-registry';

/** A pull with credentials from each registry. */
export const registryCases: Group = {
  name: 'registries',
  quick: 1,
  atOnce: registries.length,
  cases: registries.map((registry, number) => ({
    name: registry.name,
    isSlow: (registry.seconds ?? 0) > 60,
    run: (engine) => tryRegistry(engine, registry, number),
  })),
  count: (cases) => `${cases} registries`,
};

async function tryRegistry(
  { socket, control }: HostileEngine,
  { taken = false, seconds = 20 }: HostileRegistry,
  number: number,
): Promise<string[]> {
  const image = `127.0.0.1:${REGISTRY_PORT}/registry/${number}`;
  const credentials = { username: 'user', password: PASSWORD };
  const verdict = verdictOf(
    await ask(socket, {
      ...{ method: 'POST', deadline: seconds * 1000 },
      path: `/images/create?fromImage=${encodeURIComponent(image)}&tag=1`,
      headers: {
        'x-registry-auth': Buffer.from(JSON.stringify(credentials)).toString('base64url'),
      },
    }),
  );
  const wrong: string[] = [];
  if ((verdict.kind === 'taken') !== taken) {
    wrong.push(verdict.kind === 'taken' ? 'it was taken' : `it was refused: ${verdict.words}`);
  }
  const { text } = await ask(control, { path: '/' });
  if (
    text.includes(Buffer.from(`user:${PASSWORD}`).toString('base64')) ||
    text.includes(PASSWORD)
  ) {
    wrong.push('another server got the password');
  }
  return wrong;
}
