import type { Command } from 'commander';
import type { Filters } from '../../../host/engine/containers.ts';
import { type EngineEventMessage, engineEvents } from '../../../host/engine/system.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { parseMoment } from '../../flags/time.ts';
import { eventTime } from '../../format/timestamp.ts';
import { compileTemplate } from '../../template/render.ts';

interface EventsOptions {
  readonly filter?: Filters;
  readonly format?: string;
  readonly since?: string;
  readonly until?: string;
}

export function define(command: Command, context: CliContext): void {
  const moment = (text: string) => parseMoment(text);
  command
    .option(
      '-f, --filter <name=value>',
      'Filter output based on conditions provided, e.g. type=container',
      collectFilter,
    )
    .option('--format <template>', 'Format output: json or a template, e.g. {{.Action}}')
    .option(
      '--since <time>',
      'Show all events created since timestamp or relative, e.g. 42m',
      moment,
    )
    .option('--until <time>', 'Stream events until this timestamp', moment)
    .action(async ({ filter, format, since, until }: EventsOptions) => {
      const render = renderer(format);
      const events = engineEvents(await connectEngine(context), {
        ...(filter ? { filters: filter } : {}),
        ...(since ? { since } : {}),
        ...(until ? { until } : {}),
      });
      for await (const event of events) printLine(context, render(event));
    });
}

function renderer(format: string | undefined): (event: EngineEventMessage) => string {
  if (format === undefined) return eventLine;
  return format === 'json' ? JSON.stringify : compileTemplate(format);
}

function eventLine({ Type, Action, Actor, timeNano }: EngineEventMessage): string {
  const attributes = Object.entries(Actor.Attributes)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  const detail = attributes.length > 0 ? ` (${attributes.join(', ')})` : '';
  return `${eventTime(timeNano)} ${Type} ${Action} ${Actor.ID}${detail}`;
}
