import type { EngineApi } from './engine-api.ts';

/** Work that each engine does in turn. */
export interface EngineCase {
  readonly name: string;
  readonly rounds: number;
  /** Milliseconds. What is done before and after the work isn't part of them. */
  readonly measure: (engine: EngineApi) => Promise<number>;
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
};

const runTrue = (engine: EngineApi) => engine.run(['true'], { AutoRemove: true });

const atOnce = (count: number, rounds: number): EngineCase => ({
  name: count === 1 ? 'run --rm true' : `run --rm true, ${count} at once`,
  rounds,
  measure: (engine) =>
    timed(() => Promise.all(Array.from({ length: count }, () => runTrue(engine)))),
});

/** A running container for `work`, which is removed afterwards. */
async function withContainer<T>(
  engine: EngineApi,
  work: (id: string) => Promise<T>,
  command: readonly string[] = ['sleep', '1000'],
): Promise<T> {
  const id = await engine.create(command);
  try {
    await engine.read('POST', `/containers/${id}/start`);
    return await work(id);
  } finally {
    await engine.remove(id);
  }
}

async function exec(engine: EngineApi, id: string): Promise<void> {
  const body = { Cmd: ['true'], AttachStdout: true };
  const { Id } = JSON.parse(
    (await engine.read('POST', `/containers/${id}/exec`, body)).toString(),
  ) as { Id: string };
  await engine.read('POST', `/exec/${Id}/start`, { Detach: false });
}

const steps: readonly EngineCase[] = [
  {
    name: 'create',
    rounds: 9,
    measure: async (engine) => {
      let id = '';
      const took = await timed(async () => {
        id = await engine.create(['true']);
      });
      await engine.remove(id);
      return took;
    },
  },
  {
    name: 'start',
    rounds: 9,
    measure: async (engine) => {
      const id = await engine.create(['sleep', '1000']);
      const took = await timed(() => engine.read('POST', `/containers/${id}/start`));
      await engine.remove(id);
      return took;
    },
  },
  {
    name: 'stop of a process that ends at once',
    rounds: 9,
    measure: (engine) =>
      withContainer(engine, (id) => timed(() => engine.read('POST', `/containers/${id}/stop`)), [
        'sh',
        '-c',
        'trap exit TERM; while :; do sleep 0.01; done',
      ]),
  },
  {
    name: 'rm',
    rounds: 9,
    measure: async (engine) => {
      const id = await engine.run(['true']);
      return timed(() => engine.remove(id));
    },
  },
  {
    name: 'exec true, ten in a row',
    rounds: 5,
    measure: (engine) =>
      withContainer(engine, (id) =>
        timed(async () => {
          for (let count = 0; count < 10; count += 1) await exec(engine, id);
        }),
      ),
  },
];

const LINES = 200_000;

/** A container that has written many lines, which is removed afterwards. */
async function withLines(engine: EngineApi, work: (id: string) => Promise<number>) {
  const id = await engine.run(['seq', '1', String(LINES)]);
  try {
    return await work(id);
  } finally {
    await engine.remove(id);
  }
}

async function readLines(engine: EngineApi, id: string, query: string, least: number) {
  const bytes = await engine.count('GET', `/containers/${id}/logs?stdout=1&stderr=1${query}`);
  if (bytes < least) throw new Error(`only ${bytes} bytes of a log`);
}

const logs: readonly EngineCase[] = [
  {
    name: `write ${LINES} log lines`,
    rounds: 3,
    measure: async (engine) => {
      let id = '';
      const took = await timed(async () => {
        id = await engine.run(['seq', '1', String(LINES)]);
      });
      await engine.remove(id);
      return took;
    },
  },
  {
    name: `read ${LINES} log lines`,
    rounds: 3,
    measure: (engine) =>
      withLines(engine, (id) => timed(() => readLines(engine, id, '', LINES * 6))),
  },
  {
    name: 'read the last 1000 log lines, ten times',
    rounds: 3,
    measure: (engine) =>
      withLines(engine, (id) =>
        timed(async () => {
          for (let count = 0; count < 10; count += 1) {
            await readLines(engine, id, '&tail=1000', 6000);
          }
        }),
      ),
  },
  {
    name: `follow ${LINES} log lines while they are written`,
    rounds: 3,
    measure: async (engine) => {
      const id = await engine.create(['seq', '1', String(LINES)]);
      const took = await timed(async () => {
        await engine.read('POST', `/containers/${id}/start`);
        await readLines(engine, id, '&follow=1', LINES * 6);
      });
      await engine.remove(id);
      return took;
    },
  },
];

/** Pulls an image of the registry into an engine that doesn't have it. */
export const pull = (name: string, what: string, registry: string): EngineCase => ({
  name: `pull ${what}`,
  rounds: 3,
  measure: async (engine) => {
    const from = `/images/create?fromImage=${registry}/${name}&tag=1`;
    let answer = '';
    const took = await timed(async () => {
      answer = (await engine.read('POST', from)).toString();
    });
    if (answer.includes('"error"')) throw new Error(answer.slice(-500));
    await engine.read('DELETE', `/images/${registry}/${name}:1?force=1`);
    return took;
  },
});

const CONTAINERS = 500;

const lists: readonly EngineCase[] = [
  {
    name: `list of ${CONTAINERS} containers`,
    rounds: 9,
    measure: (engine) => timed(() => engine.read('GET', '/containers/json?all=1')),
  },
];

/** Creates containers that don't run, for the cases with lists. Returns a function that removes them. */
export async function createMany(engine: EngineApi): Promise<() => Promise<void>> {
  const ids: string[] = [];
  for (let count = 0; count < CONTAINERS; count += 10) {
    const ten = Array.from({ length: 10 }, () => engine.create(['true']));
    ids.push(...(await Promise.all(ten)));
  }
  return async () => {
    for (const id of ids) await engine.remove(id);
  };
}

export const engineCases = [
  ...[atOnce(1, 11), atOnce(10, 5), atOnce(50, 3)],
  ...steps,
  ...logs,
] as const;
export const listCases = lists;
