import type { Workplace } from './scenario.ts';

/** A command that runs until it gets SIGTERM. */
export const WAIT = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1000 & wait $!; done'];

export async function create(
  { api, image }: Workplace,
  name: string,
  Cmd: readonly string[] = WAIT,
  HostConfig: object = {},
  more: object = {},
): Promise<void> {
  const request = { Image: image, Cmd, HostConfig, ...more };
  await api.must('POST', `/containers/create?name=${name}`, request);
}

export async function start({ api }: Workplace, name: string): Promise<void> {
  await api.must('POST', `/containers/${name}/start`);
}

export async function remove({ api }: Workplace, name: string): Promise<void> {
  await api.must('DELETE', `/containers/${name}?force=1&v=1`);
}

export async function running(
  place: Workplace,
  name: string,
  Cmd: readonly string[] = WAIT,
  HostConfig: object = {},
): Promise<void> {
  await create(place, name, Cmd, HostConfig);
  await start(place, name);
}

/** Runs a command in a running container, and resolves to its output. */
export async function execute({ api }: Workplace, name: string, script: string): Promise<string> {
  const asked = { Cmd: ['sh', '-c', script], AttachStdout: true, Tty: true };
  const { bytes } = await api.must('POST', `/containers/${name}/exec`, asked);
  const { Id } = JSON.parse(bytes.toString());
  const output = await api.must('POST', `/exec/${Id}/start`, { Detach: false, Tty: true });
  return output.bytes.toString();
}

/** Removes everything that a scenario may have left. */
export async function tidy(place: Pick<Workplace, 'api' | 'pulled'>): Promise<void> {
  const { api, pulled } = place;
  const containers: { Id: string }[] = await api.inspect('/containers/json?all=1');
  for (const { Id } of containers) {
    await api.must('DELETE', `/containers/${Id}?force=1&v=1`, undefined, { accept: [404] });
  }
  await api.must('POST', '/networks/prune');
  await api.must('POST', `/volumes/prune?filters=${encodeURIComponent('{"all":["true"]}')}`);
  await api.must('DELETE', `/images/${pulled}?force=1`, undefined, { accept: [404] });
  await api.must('POST', '/images/prune');
  await api.must('POST', '/build/prune?all=1');
}
