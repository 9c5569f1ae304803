import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../fixtures/random.ts';
import { chooseOperation } from './choose.ts';
import { Model } from './model.ts';
import type { Operation, ViewEntry } from './operation.ts';
import type { Side } from './side.ts';

/** Folders, each of which one side has for itself during a batch. */
const ROOTS = ['s0', 's1', 's2', 's3', 's4', 's5'];
const SETTLE_MS = 2_000;

export interface RandomOptions {
  readonly seed: number;
  readonly until: number;
  /** Operations of each side in a batch. */
  readonly batch: number;
  readonly signal: AbortSignal;
}

export interface RandomSummary {
  readonly operations: number;
  readonly batches: number;
  readonly differences: readonly string[];
  /** The longest time until both sides saw what the other had done, in milliseconds. */
  readonly slowest: number;
}

/**
 * In each batch, both sides work at the same time, each in folders of its own. Their answers must be the
 * model's. Afterwards, both must see what the model has. Ends at the first difference.
 */
export async function runRandom(
  [host, mount]: readonly [Side, Side],
  { seed, until, batch, signal }: RandomOptions,
): Promise<RandomSummary> {
  const random = new Random(seed);
  const model = new Model();
  const first: Operation[] = ROOTS.map((path) => ({ kind: 'mkdir', path }));
  for (const each of first) model.perform(each);
  await host.perform(first);
  const counts = { operations: 0, batches: 0, slowest: 0 };
  let handles = 0;
  await settled(model, [host, mount], Date.now());
  while (Date.now() < until && !signal.aborted) {
    const owners = ROOTS.map(() => random.integer(0, 1));
    const work = [host, mount].map((side, index) => {
      const roots = ROOTS.filter((_, each) => owners[each] === index);
      const open = new Set<number>();
      const choice = { random, model, roots, open, nextHandle: () => handles++ };
      const steps: { operation: Operation; wanted: string }[] = [];
      const add = (operation: Operation) => {
        const wanted = model.perform(operation);
        if (operation.kind === 'open' && wanted === 'ok') open.add(operation.handle);
        if (operation.kind === 'close') open.delete(operation.handle);
        steps.push({ operation, wanted });
      };
      for (let each = 0; each < (roots.length > 0 ? batch : 0); each++) {
        add(chooseOperation(choice));
      }
      for (const handle of [...open]) add({ kind: 'close', handle });
      return { side, steps };
    });
    const answers = await Promise.all(
      work.map(({ side, steps }) => side.perform(steps.map(({ operation }) => operation))),
    );
    const end = Date.now();
    counts.batches++;
    counts.operations += work.reduce((sum, { steps }) => sum + steps.length, 0);
    const wrong = work.flatMap(({ side, steps }, index) =>
      steps.flatMap(({ operation, wanted }, step) => {
        const outcome = answers[index]?.[step];
        if (outcome === wanted) return [];
        return [`${side.name}: ${short(operation)} gave ${outcome}, not ${wanted}`];
      }),
    );
    const { differences, milliseconds } = await settled(model, [host, mount], end);
    counts.slowest = Math.max(counts.slowest, milliseconds);
    if (wrong.length > 0 || differences.length > 0) {
      const log = work.flatMap(({ side, steps }) =>
        steps.map(({ operation }) => `${side.name}: ${short(operation)}`),
      );
      const related = log.filter((line) => differences.some((each) => mentions(each, line)));
      return { ...counts, differences: [...wrong, ...differences, ...related.slice(-20)] };
    }
  }
  return { ...counts, differences: [] };
}

/** Whether an operation has to do with the path that a difference begins with. */
const mentions = (difference: string, operation: string): boolean =>
  operation.includes(`"${/^\w+: (.+?) (is|has)/.exec(difference)?.[1] ?? '\0'}"`);

function short(operation: Operation): string {
  const text = 'text' in operation ? { text: `${operation.text.length} bytes` } : {};
  return JSON.stringify({ ...operation, ...text });
}

/** Waits until both sides see what the model has, or for SETTLE_MS. */
async function settled(model: Model, sides: readonly Side[], since: number) {
  const wanted = model.view();
  for (;;) {
    const views = await Promise.all(sides.map((side) => side.view()));
    const differences = [
      ...views.flatMap((view, index) => compare(sides[index]?.name ?? '', view, wanted)),
      ...compare('mount and host', views[1] ?? [], views[0] ?? []),
    ];
    const milliseconds = Date.now() - since;
    if (differences.length === 0 || milliseconds > SETTLE_MS) return { differences, milliseconds };
    await sleep(20);
  }
}

/** How a view differs from the wanted one. Times count where both are known. */
function compare(name: string, view: readonly ViewEntry[], wanted: readonly ViewEntry[]): string[] {
  const entries = new Map(view.map((entry) => [entry.path, entry]));
  const missing = wanted.filter(({ path }) => !entries.has(path));
  const names = new Set(wanted.map(({ path }) => path));
  const extra = view.filter(({ path }) => !names.has(path));
  const other = wanted.flatMap((entry) => {
    const seen = entries.get(entry.path);
    if (!seen) return [];
    return (['type', 'mode', 'links', 'size', 'content', 'changed'] as const)
      .filter((key) => entry[key] !== undefined && seen[key] !== undefined)
      .filter((key) => entry[key] !== seen[key])
      .map((key) => `${name}: ${entry.path} has ${key} ${seen[key]}, not ${entry[key]}`);
  });
  return [
    ...missing.map(({ path }) => `${name}: ${path} is missing`),
    ...extra.map(({ path }) => `${name}: ${path} is there, but was removed`),
    ...other,
  ];
}
