import { type Command, Option } from 'commander';
import type { EngineClient } from '../../host/engine/client.ts';
import { imagePath } from '../../host/engine/images.ts';
import { HostError } from '../../host/errors.ts';
import { type CliContext, printLine } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { describe, ExitStatus, exitCodes } from '../exit-code.ts';
import { compileTemplate } from '../template/render.ts';

const TYPES = ['container', 'image', 'volume', 'network'] as const;
type ObjectType = (typeof TYPES)[number];

const PATHS: Readonly<Record<ObjectType, (name: string) => string>> = {
  container: (name) => `/containers/${encodeURIComponent(name)}/json`,
  image: (name) => imagePath(name, '/json'),
  volume: (name) => `/volumes/${encodeURIComponent(name)}`,
  network: (name) => `/networks/${encodeURIComponent(name)}`,
};

interface InspectOptions {
  readonly format?: string;
  readonly size?: boolean;
  readonly type?: ObjectType;
}

export function define(command: Command, context: CliContext): void {
  addInspect(command, context, undefined).addOption(
    new Option('--type <type>', 'Only objects of this type').choices(TYPES),
  );
}

/** `container inspect`. */
export function defineForContainers(command: Command, context: CliContext): void {
  addInspect(command, context, 'container');
}

/** `image inspect`. */
export function defineForImages(command: Command, context: CliContext): void {
  addInspect(command, context, 'image');
}

/** `network inspect`; --verbose is Docker's, and adds nothing here. */
export function defineForNetworks(command: Command, context: CliContext): void {
  addInspect(command, context, 'network').option('-v, --verbose', 'Show all there is to know');
}

function addInspect(command: Command, context: CliContext, type: ObjectType | undefined): Command {
  return command
    .argument('<name...>')
    .option('-f, --format <template>', 'json or a template, as in {{.State.Status}}')
    .option('-s, --size', 'Measure the sizes of containers')
    .action((names: string[], options: InspectOptions) =>
      inspect(context, names, { ...options, ...(type ? { type } : {}) }),
    );
}

async function inspect(
  context: CliContext,
  names: readonly string[],
  { format, size = false, type }: InspectOptions,
): Promise<void> {
  const render = format === undefined ? undefined : renderer(format);
  const engine = await connectEngine(context);
  const found: unknown[] = [];
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      found.push(await findObject(engine, name, type ? [type] : TYPES, size));
    } catch (error) {
      failures.push(error);
    }
  }
  if (render) for (const object of found) printLine(context, render(object));
  else printLine(context, JSON.stringify(found, undefined, 4));
  for (const failure of failures) context.stderr.write(`berth: ${describe(failure)}\n`);
  if (failures.length > 0) throw new ExitStatus(exitCodes.failure);
}

const renderer = (format: string) =>
  format === 'json' ? (object: unknown) => JSON.stringify(object) : compileTemplate(format);

/** The document as the engine sent it: the first of these types that has such an object. */
async function findObject(
  engine: EngineClient,
  name: string,
  types: readonly ObjectType[],
  size: boolean,
): Promise<unknown> {
  for (const type of types) {
    try {
      return await engine.json('GET', PATHS[type](name), {
        query: type === 'container' && size ? { size } : {},
      });
    } catch (error) {
      const missing = error instanceof HostError && error.status === 404;
      if (!missing || types.length === 1) throw error;
    }
  }
  throw new HostError('engine', `no such object: ${name}`, { status: 404 });
}
