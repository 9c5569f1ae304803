import type { ContainerEdit } from '../../../electron/api/containers.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { quoteWords } from '../../../guest-agent/grammar/shell-words.ts';
import { newRow } from './fields.ts';
import { EMPTY_FORM, type RunForm, toRequest } from './run-form.ts';

/** The run form with the container's own values in the fields that an edit can change. */
export function formOfEdit({ command = [], env, ports, mounts }: ContainerEdit): RunForm {
  return {
    ...EMPTY_FORM,
    command: quoteWords(command, 'posix'),
    ports: ports.map(({ hostPort, containerPort, protocol }) =>
      newRow({ host: hostPort?.toString() ?? '', container: `${containerPort}`, protocol }),
    ),
    mounts: mounts.map(({ source = '', target, readOnly }) => newRow({ source, target, readOnly })),
    env: env.map((entry) => {
      const [name, value = ''] = splitEntry(entry);
      return newRow({ name, value });
    }),
  };
}

/** The edit that a form describes. Ports keep the address that they had. */
export function editOfForm(image: string, form: RunForm, before: ContainerEdit): ContainerEdit {
  const { command, env = [], ports = [], mounts = [] } = toRequest(image, form);
  return {
    image: image.trim(),
    ...(command && { command }),
    ...{ env, mounts },
    ports: ports.map((port) => {
      const address = before.ports.find(
        (each) => each.containerPort === port.containerPort && each.protocol === port.protocol,
      )?.address;
      return { ...port, ...(address !== undefined && { address }) };
    }),
  };
}

/** The lines of an edit, one for each setting, for comparing two of them. */
function linesOf({ image, command, env, ports, mounts }: ContainerEdit): string[] {
  return [
    `image ${image}`,
    ...(command ? [`command ${quoteWords(command, 'posix')}`] : []),
    ...ports.map(
      ({ address, hostPort, containerPort, protocol }) =>
        `port ${address ? `${address}:` : ''}${hostPort ?? 'any'} → ${containerPort}/${protocol}`,
    ),
    ...mounts.map(
      ({ source, target, readOnly }) =>
        `mount ${source ?? 'new volume'} → ${target}${readOnly ? ' (read-only)' : ''}`,
    ),
    ...env.map((entry) => `env ${entry}`),
  ];
}

/** What an edit changes, as lines with a sign; undefined if it changes nothing. */
export function changesOf(before: ContainerEdit, after: ContainerEdit): string | undefined {
  const [old, now] = [linesOf(before), linesOf(after)];
  const removed = old.filter((line) => !now.includes(line));
  const added = now.filter((line) => !old.includes(line));
  if (removed.length + added.length === 0) return undefined;
  return [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)].join('\n');
}
