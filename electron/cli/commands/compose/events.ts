import type { Command } from 'commander';
import { LABELS, ofProject } from '../../../host/compose/apply/labels.ts';
import { type EngineEventMessage, engineEvents } from '../../../host/engine/system.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseMoment } from '../../flags/time.ts';
import { localMoment } from '../../format/timestamp.ts';

interface EventsOptions extends ProjectOptions {
  readonly json?: boolean;
  readonly since?: string;
  readonly until?: string;
}

export function define(command: Command, context: CliContext): void {
  const moment = (text: string) => parseMoment(text);
  addProjectFlags(command.argument('[services...]'))
    .option('--json', 'Output events as a stream of json objects')
    .option('--since <time>', 'Show all events created since timestamp', moment)
    .option('--until <time>', 'Stream events until this timestamp', moment)
    .action(async (services: string[], options: EventsOptions) => {
      const { json, since, until } = options;
      const { name } = await nameProject(context, options);
      const events = engineEvents(await connectEngine(context), {
        filters: { ...ofProject(name), type: ['container'] },
        ...(since ? { since } : {}),
        ...(until ? { until } : {}),
      });
      for await (const event of events) {
        const { [LABELS.service]: service = '', [LABELS.oneoff]: oneoff } = event.Actor.Attributes;
        if (oneoff === 'True' || (services.length > 0 && !services.includes(service))) continue;
        printLine(context, json ? asJson(event, service) : asLine(event));
      }
    });
}

/** The attributes without the labels of Compose. */
function attributesOf({ Actor }: EngineEventMessage): [string, string][] {
  return Object.entries(Actor.Attributes)
    .filter(([name]) => !name.startsWith('com.docker.compose.'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function asJson(event: EngineEventMessage, service: string): string {
  const { Action: action, Actor, timeNano } = event;
  return JSON.stringify({
    action,
    attributes: Object.fromEntries(attributesOf(event)),
    id: Actor.ID,
    service,
    time: new Date(timeNano / 1e6).toISOString(),
    type: 'container',
  });
}

function asLine(event: EngineEventMessage): string {
  const attributes = attributesOf(event).map(([name, value]) => `${name}=${value}`);
  const { Action, Actor, timeNano } = event;
  return `${localMoment(timeNano)} container ${Action} ${Actor.ID} (${attributes.join(', ')})`;
}
