import * as z from 'zod';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { listOf, parseReply } from '../../host/engine/connection/reply.ts';
import { listContainers } from '../../host/engine/containers.ts';
import { listImages } from '../../host/engine/images.ts';
import type { Candidate } from './candidate.ts';

/** The engine's kinds of objects with names. */
export type ObjectKind = 'container' | 'running-container' | 'image' | 'network' | 'volume';

const namesSchema = listOf(z.looseObject({ Name: z.string(), Driver: z.string().optional() }));

/** The names of all objects of a kind. */
export const objectNames: Readonly<
  Record<ObjectKind, (engine: EngineClient) => Promise<Candidate[]>>
> = {
  container: (engine) => containers(engine, true),
  'running-container': (engine) => containers(engine, false),

  async image(engine) {
    const names = (await listImages(engine)).flatMap(({ RepoTags }) => RepoTags);
    return names.filter((name) => !name.includes('<none>')).map((value) => ({ value }));
  },

  async network(engine) {
    return named(parseReply(namesSchema, await engine.json('GET', '/networks')));
  },

  async volume(engine) {
    const schema = z.looseObject({ Volumes: namesSchema });
    return named(parseReply(schema, await engine.json('GET', '/volumes')).Volumes);
  },
};

async function containers(engine: EngineClient, all: boolean): Promise<Candidate[]> {
  const found = await listContainers(engine, { all });
  return found.flatMap(({ Names, Image, Status }) =>
    Names.slice(0, 1).map((name) => ({
      value: name.replace(/^\//, ''),
      description: `${Image}, ${Status}`,
    })),
  );
}

const named = (objects: z.output<typeof namesSchema>): Candidate[] =>
  objects.map(({ Name, Driver }) => ({
    value: Name,
    ...(Driver === undefined ? {} : { description: Driver }),
  }));
