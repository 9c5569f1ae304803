import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import type { Operation, Workplace } from '../operation.ts';

/** A command that runs until it gets SIGTERM. */
export const WAIT = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

export async function create(
  { api, name, image }: Workplace,
  Cmd: readonly string[] = WAIT,
  HostConfig: object = {},
): Promise<void> {
  const request = { Image: image, Cmd, HostConfig };
  // An interrupted request may have created it.
  await api.must('POST', `/containers/create?name=${name}`, request, { accept: [409] });
}

export const start = ({ api, name }: Workplace) =>
  api.must('POST', `/containers/${name}/start`, undefined, { accept: [304] });

export const remove = ({ api, name }: Workplace) =>
  api.must('DELETE', `/containers/${name}?force=1&v=1`, undefined, { accept: [404] });

export async function running(place: Workplace): Promise<void> {
  await create(place);
  await start(place);
}

export async function requireState({ api, name }: Workplace, wanted: string): Promise<void> {
  const { State } = await api.inspect(`/containers/${name}/json`);
  if (State.Status !== wanted) throw new Error(`${name} is ${State.Status}, not ${wanted}`);
}

const tidy = async (place: Workplace) => void (await remove(place));

const creating: Operation = {
  name: 'create',
  programs: [],
  run: (place) => create(place, WAIT, { Binds: [`${place.name}:/named`, '/anonymous'] }),
  check: async (place) => {
    await requireState(place, 'created');
    await place.api.inspect(`/volumes/${place.name}`);
  },
  tidy: async (place) => {
    await tidy(place);
    await place.api.must('DELETE', `/volumes/${place.name}`, undefined, { accept: [404] });
  },
};

const starting: Operation = {
  name: 'start',
  programs: ['conmon', 'crun', 'netavark'],
  prepare: (place) =>
    create(place, WAIT, { PortBindings: { '80/tcp': [{ HostPort: '' }] }, PublishAllPorts: true }),
  run: async (place) => void (await start(place)),
  check: (place) => requireState(place, 'running'),
  tidy,
};

const executing: Operation = {
  name: 'exec',
  programs: ['conmon', 'crun'],
  prepare: running,
  run: async (place) => {
    const { api, name } = place;
    // The monitor of the container may have been the victim.
    await start(place);
    const asked = { Cmd: ['sh', '-c', 'echo done >/done; sleep 0.1'], AttachStdout: true };
    const { bytes } = await api.must('POST', `/containers/${name}/exec`, asked);
    const { Id } = JSON.parse(bytes.toString());
    await api.must('POST', `/exec/${Id}/start`, { Detach: false });
    const { ExitCode } = await api.inspect(`/exec/${Id}/json`);
    if (ExitCode !== 0) throw new Error(`the exec ended with ${ExitCode}`);
  },
  check: async ({ api, name }) => {
    await api.must('GET', `/containers/${name}/archive?path=/done`);
  },
  tidy,
};

const stopping: Operation = {
  name: 'stop',
  programs: ['conmon', 'crun', 'netavark'],
  prepare: running,
  run: async ({ api, name }) => {
    await api.must('POST', `/containers/${name}/stop?t=2`, undefined, { accept: [304] });
  },
  check: (place) => requireState(place, 'exited'),
  tidy,
};

const removing: Operation = {
  name: 'rm',
  programs: ['conmon', 'crun', 'netavark'],
  prepare: running,
  run: async (place) => void (await remove(place)),
  check: async ({ api, name }) => {
    if (await api.exists(`/containers/${name}/json`)) throw new Error(`${name} is still there`);
  },
  tidy,
};

const CONTENT = Buffer.alloc(300_000, 'content ');

const copying: Operation = {
  name: 'cp',
  programs: [],
  prepare: (place) => create(place),
  run: async ({ api, name }) => {
    const tar = writeTar([
      { name: 'copied/', type: 'directory' },
      { name: 'copied/file', type: 'file', content: CONTENT },
    ]);
    await api.must('PUT', `/containers/${name}/archive?path=/`, tar);
  },
  check: async ({ api, name }) => {
    const { bytes } = await api.must('GET', `/containers/${name}/archive?path=/copied/file`);
    if (!bytes.includes(CONTENT)) throw new Error('the copied file is not whole');
  },
  tidy,
};

const renaming: Operation = {
  name: 'rename',
  programs: [],
  prepare: (place) => create({ ...place, name: `${place.name}-old` }),
  run: async ({ api, name }) => {
    await api.must('POST', `/containers/${name}-old/rename?name=${name}`, undefined, {
      accept: [404],
    });
  },
  check: (place) => requireState(place, 'created'),
  tidy: async (place) => {
    for (const name of [place.name, `${place.name}-old`]) await remove({ ...place, name });
  },
};

export const containerOperations: readonly Operation[] = [
  ...[creating, starting, executing, stopping, removing, copying, renaming],
];
