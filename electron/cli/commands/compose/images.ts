import { type Command, Option } from 'commander';
import { splitTag } from '../../../../guest-agent/grammar/reference.ts';
import { listProjectContainers } from '../../../host/compose/apply/observe.ts';
import type { EngineClient } from '../../../host/engine/connection/client.ts';
import { inspectImageIfPresent } from '../../../host/engine/images.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { timeAgo } from '../../format/duration.ts';
import { humanSize } from '../../format/size.ts';
import { shortId } from '../../format/text.ts';
import { renderTable } from '../../table.ts';

interface ImagesOptions extends ProjectOptions {
  readonly format: 'table' | 'json';
  readonly quiet?: boolean;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command.argument('[services...]'))
    .addOption(
      new Option('--format <format>', 'Format the output')
        .choices(['table', 'json'])
        .default('table'),
    )
    .option('-q, --quiet', 'Only display IDs')
    .action(async (services: string[], options: ImagesOptions) => {
      const { name } = await nameProject(context, options, services);
      const engine = await connectEngine(context);
      const containers = (await listProjectContainers(engine, name))
        .filter(({ service }) => services.length === 0 || services.includes(service))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const images = await Promise.all(
        containers.map(({ name: own, summary }) =>
          describeImage(engine, own, summary.Image, summary.ImageID),
        ),
      );
      if (options.quiet) {
        const ids = new Set(images.map(({ ID }) => ID.replace(/^sha256:/, '')));
        for (const id of ids) printLine(context, id);
      } else if (options.format === 'json') printLine(context, JSON.stringify(images));
      else context.stdout.write(renderTable([TITLES, ...images.map(rowOf)], 20));
    });
}

const TITLES = ['CONTAINER', 'REPOSITORY', 'TAG', 'PLATFORM', 'IMAGE ID', 'SIZE', 'CREATED'];

interface UsedImage {
  readonly ID: string;
  readonly ContainerName: string;
  readonly Repository: string;
  readonly Tag: string;
  readonly Platform: string;
  readonly Size: number;
  readonly Created?: string;
}

/** An image that is gone still has the name and ID that the container knows. */
async function describeImage(
  engine: EngineClient,
  container: string,
  reference: string,
  id: string,
): Promise<UsedImage> {
  const { name, tag = 'latest' } = /^sha256:/.test(reference)
    ? { name: '', tag: '' }
    : splitTag(reference);
  const image = await inspectImageIfPresent(engine, reference);
  const { Os = '', Architecture = '', Variant, Size = 0 } = image ?? {};
  // As in Docker Compose, when the image got its name here.
  const Created = image?.Metadata?.LastTagTime;
  return {
    ...{ ID: image?.Id ?? id, ContainerName: container, Repository: name, Tag: tag },
    Platform: [Os, Architecture, Variant].filter(Boolean).join('/'),
    Size,
    ...(Created && { Created }),
  };
}

function rowOf({ ContainerName, Repository, Tag, Platform, ID, Size, Created }: UsedImage) {
  const since = Created === undefined ? 'N/A' : timeAgo(Date.parse(Created) / 1000);
  return [
    ...[ContainerName, Repository || '<none>', Tag || '<none>', Platform, shortId(ID)],
    ...[humanSize(Size, 3), since],
  ];
}
