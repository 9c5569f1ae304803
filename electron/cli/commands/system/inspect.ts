import { type Command, Option } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import type { EngineClient, Query } from '../../../host/engine/connection/client.ts';
import { imagePath } from '../../../host/engine/images.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { describe, ExitStatus, exitCodes } from '../../exit-code.ts';
import { platformQuery } from '../../flags/platform.ts';
import { compileTemplate } from '../../template/render.ts';

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
  /** Only for images. */
  readonly platform?: string;
  readonly size?: boolean;
  readonly type?: ObjectType;
}

export function define(command: Command, context: CliContext): void {
  addInspect(command, context, undefined)
    .addOption(sizeOption())
    .addOption(
      new Option('--type <type>', 'Only inspect objects of the given type').choices(TYPES),
    );
}

/** `container inspect`. */
export function defineForContainers(command: Command, context: CliContext): void {
  addInspect(command, context, 'container').addOption(sizeOption());
}

/** `image inspect`. */
export function defineForImages(command: Command, context: CliContext): void {
  addInspect(command, context, 'image').option(
    '--platform <platform>',
    'Inspect a specific platform of the image, e.g. linux/amd64',
  );
}

/** `volume inspect`. */
export function defineForVolumes(command: Command, context: CliContext): void {
  addInspect(command, context, 'volume');
}

/** `network inspect`. Accepts Docker's --verbose, which has no effect here. */
export function defineForNetworks(command: Command, context: CliContext): void {
  addInspect(command, context, 'network').option('-v, --verbose', 'Accepted, but has no effect');
}

const sizeOption = () =>
  new Option('-s, --size', 'Display total file sizes if the type is container');

function addInspect(command: Command, context: CliContext, type: ObjectType | undefined): Command {
  return command
    .argument('<name...>')
    .option('-f, --format <template>', 'Format output: json or a template, e.g. {{.State.Status}}')
    .action((names: string[], options: InspectOptions) =>
      inspect(context, names, { ...options, ...(type ? { type } : {}) }),
    );
}

async function inspect(
  context: CliContext,
  names: readonly string[],
  { format, platform, size = false, type }: InspectOptions,
): Promise<void> {
  const queries: Partial<Record<ObjectType, Query>> = {
    container: size ? { size } : {},
    image: platformQuery(platform),
  };
  const render = format === undefined ? undefined : renderer(format);
  const engine = await connectEngine(context);
  const found: unknown[] = [];
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      found.push(await findObject(engine, name, type ? [type] : TYPES, queries));
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

/** The object as the engine sent it, of the first type that has an object of this name. */
async function findObject(
  engine: EngineClient,
  name: string,
  types: readonly ObjectType[],
  queries: Readonly<Partial<Record<ObjectType, Query>>>,
): Promise<unknown> {
  for (const type of types) {
    try {
      return await engine.json('GET', PATHS[type](name), {
        query: queries[type] ?? {},
      });
    } catch (error) {
      const missing = error instanceof HostError && error.status === 404;
      if (!missing || types.length === 1) throw error;
    }
  }
  throw new HostError('engine', `no such object: ${name}`, { status: 404 });
}
