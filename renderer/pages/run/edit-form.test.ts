import { expect, it } from 'vitest';
import type { ContainerEdit } from '../../../electron/api/containers.ts';
import { changesOf, editOfForm, formOfEdit } from './edit-form.ts';

const before: ContainerEdit = {
  image: 'nginx:1',
  command: ['nginx', '-g', 'daemon off;'],
  env: ['MODE=slow', 'TOKEN=a=b'],
  ports: [{ address: '127.0.0.1', hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  mounts: [{ source: 'pages', target: '/srv', readOnly: true }],
};

it('changes nothing if nobody types', () => {
  const same = editOfForm('nginx:1', formOfEdit(before), before);
  expect(same).toEqual(before);
  expect(changesOf(before, same)).toBeUndefined();
});

it('lists what an edit takes away and adds', () => {
  const form = formOfEdit(before);
  const [port] = form.ports;
  const edited = {
    ...form,
    ports: port ? [{ ...port, host: '8081' }] : [],
    env: form.env.filter(({ name }) => name !== 'TOKEN'),
  };
  expect(changesOf(before, editOfForm('nginx:2', edited, before))).toBe(
    [
      '-image nginx:1',
      '-port 127.0.0.1:8080 → 80/tcp',
      '-env TOKEN=a=b',
      '+image nginx:2',
      '+port 127.0.0.1:8081 → 80/tcp',
    ].join('\n'),
  );
});
