import { expect, it } from 'vitest';
import { containerInspectionSchema } from '../engine/container-inspection.ts';
import { imageInspectionSchema } from '../engine/images.ts';
import { successorOf } from './successor.ts';

const ID = '0123456789abcdef'.repeat(4);

const raw = {
  Id: ID,
  Name: '/db',
  Image: 'sha256:1',
  RestartCount: 0,
  State: { Running: true },
  Config: {
    Image: 'postgres:17',
    Hostname: ID.slice(0, 12),
    Env: ['PATH=/bin', 'PG_VERSION=17.1', 'POSTGRES_PASSWORD=x'],
    Cmd: ['postgres'],
    Entrypoint: ['docker-entrypoint.sh'],
    Labels: { maker: 'image', owner: 'me' },
    ExposedPorts: { '5432/tcp': {} },
    WorkingDir: '/srv',
    Tty: false,
  },
  HostConfig: {
    NetworkMode: 'shop',
    Binds: ['conf:/etc/pg:ro'],
    PortBindings: { '5432/tcp': [{ HostIp: '', HostPort: '5432' }] },
    NanoCpus: 500_000_000,
    ShmSize: 67_108_864,
  },
  Mounts: [
    { Type: 'volume', Name: 'conf', Source: '/v/conf', Destination: '/etc/pg', RW: false },
    { Type: 'volume', Name: 'f00d', Source: '/v/f00d', Destination: '/var/lib/pg', RW: true },
  ],
  NetworkSettings: {
    Networks: {
      shop: { IPAddress: '172.18.0.2', Aliases: [ID.slice(0, 12), 'database'], IPAMConfig: null },
    },
  },
};

const image = imageInspectionSchema.parse({
  Id: 'sha256:1',
  Config: {
    Env: ['PATH=/bin', 'PG_VERSION=17.1'],
    Cmd: ['postgres'],
    Entrypoint: ['docker-entrypoint.sh'],
    Labels: { maker: 'image' },
    ExposedPorts: { '5432/tcp': {} },
    Volumes: { '/var/lib/pg': {} },
  },
});

const successor = () => successorOf(raw, containerInspectionSchema.parse(raw), image.Config);

it('keeps what was asked for, and leaves to the new image what came from the old one', () => {
  expect(successor()).toMatchObject({
    Image: 'postgres:17',
    Env: ['POSTGRES_PASSWORD=x'],
    Labels: { owner: 'me' },
    ExposedPorts: {},
    WorkingDir: '/srv',
    Tty: false,
    HostConfig: { NanoCpus: 500_000_000, ShmSize: 67_108_864 },
  });
  for (const key of ['Cmd', 'Entrypoint', 'Hostname']) expect(successor()).not.toHaveProperty(key);
});

it('keeps the content of anonymous volumes', () => {
  expect(successor().HostConfig?.Binds).toEqual(['conf:/etc/pg:ro', 'f00d:/var/lib/pg']);
});

it('goes on the same networks under the same names, with an address of its own', () => {
  expect(successor().NetworkingConfig?.EndpointsConfig).toEqual({
    shop: expect.objectContaining({ Aliases: ['database'] }),
  });
  expect(successor().NetworkingConfig?.EndpointsConfig?.shop).not.toHaveProperty('IPAddress');
});

it('keeps a folder of Windows where it was mounted', () => {
  const bind = 'C:\\Users\\me:/etc/pg:ro';
  const onWindows = { ...raw, HostConfig: { ...raw.HostConfig, Binds: [bind] } };
  const { HostConfig } = successorOf(
    onWindows,
    containerInspectionSchema.parse(onWindows),
    image.Config,
  );
  expect(HostConfig?.Binds).toEqual([bind, 'f00d:/var/lib/pg']);
});
