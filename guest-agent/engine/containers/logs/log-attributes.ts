import { EngineError } from '../../../errors.ts';
import type { ContainerRecord } from '../record/container.ts';

/**
 * The attributes of a container's log lines: the tag, and the labels and variables that the log's
 * options name.
 */
export function logAttributes(record: ContainerRecord): Record<string, string> {
  const { Labels, Env } = record.config;
  const options = record.hostConfig.LogConfig.Config;
  const variables = Env.flatMap((entry) => {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(entry) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const found = [
    ...Object.entries(Labels).filter(([name]) => isNamed(name, options, 'labels')),
    ...variables.filter(([name]) => isNamed(name, options, 'env')),
    ...(options.tag ? [['tag', fillIn(options.tag, record)] as const] : []),
  ];
  return Object.fromEntries(found);
}

/** Throws EngineError 'invalid' for a regular expression that isn't valid. */
export function checkLogPatterns(options: Readonly<Record<string, string>>): void {
  for (const name of ['labels-regex', 'env-regex']) {
    try {
      new RegExp(options[name] ?? '');
    } catch (cause) {
      const message = `invalid ${name}: error parsing regexp: ${options[name]}`;
      throw new EngineError('invalid', message, { cause });
    }
  }
}

/** Whether a list of names or a regular expression includes a name. */
function isNamed(
  name: string,
  options: Readonly<Record<string, string>>,
  field: 'labels' | 'env',
): boolean {
  const pattern = options[`${field}-regex`];
  const names = options[field]?.split(',') ?? [];
  return names.includes(name) || (!!pattern && new RegExp(pattern).test(name));
}

/** Docker's markup for log tags (docker/docs, "Customize log driver output"): `{{.Name}}`. */
function fillIn(tag: string, { id, name, image, config }: ContainerRecord): string {
  const fields: Readonly<Record<string, string>> = {
    ...{ ID: id.slice(0, 12), FullID: id, Name: name },
    ...{ ImageID: image.slice(0, 12), ImageFullID: image, ImageName: config.Image },
    DaemonName: 'docker',
  };
  return tag.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (markup, field: string) => fields[field] ?? markup);
}
