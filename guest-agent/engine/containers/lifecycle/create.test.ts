import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageConfig } from '../../images/store/image.ts';
import { testEngine } from '../../testing/test-engine.ts';
import { containerConfigSchema, createRequestSchema } from '../request/config.ts';
import { createContainer, mergeConfig } from './create.ts';

const image: ImageConfig = {
  Entrypoint: ['/entry'],
  Cmd: ['serve'],
  Env: ['A=1', 'B=2'],
  WorkingDir: '/srv',
  Labels: { a: '1' },
};
const merge = (asked: object) => mergeConfig(containerConfigSchema.parse(asked), image, 'own-name');

describe('mergeConfig', () => {
  it('takes the image’s command with the image’s entrypoint', () => {
    expect(merge({})).toMatchObject({ Entrypoint: ['/entry'], Cmd: ['serve'], WorkingDir: '/srv' });
  });

  it('keeps the entrypoint when only a command is given', () => {
    expect(merge({ Cmd: ['ls'] })).toMatchObject({ Entrypoint: ['/entry'], Cmd: ['ls'] });
  });

  it('drops the image’s command when an entrypoint is given', () => {
    expect(merge({ Entrypoint: ['sh'] })).toMatchObject({ Entrypoint: ['sh'], Cmd: null });
  });

  it('treats an empty command as no command', () => {
    expect(merge({ Cmd: [] })).toMatchObject({ Entrypoint: ['/entry'], Cmd: ['serve'] });
  });

  it('treats one empty text as "no entrypoint"', () => {
    expect(merge({ Entrypoint: [''], Cmd: ['ls'] })).toMatchObject({
      Entrypoint: null,
      Cmd: ['ls'],
    });
  });

  it('overrides the image’s environment and labels with the user’s', () => {
    const config = merge({ Env: ['B=9', 'C=3', 'D'], Labels: { b: '2' } });
    expect(config.Env).toEqual(['B=9', 'C=3', 'D', 'A=1']);
    expect(config.Labels).toEqual({ a: '1', b: '2' });
  });

  it('keeps the requested host name', () => {
    expect(merge({}).Hostname).toBe('own-name');
    expect(merge({ Hostname: 'web' }).Hostname).toBe('web');
  });
});

describe('createContainer', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-create-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it.each([
    [{ StopSignal: 'NOSUCH' }, {}, /^invalid signal: NOSUCH$/],
    [{}, { AutoRemove: true, RestartPolicy: { Name: 'always' } }, /'AutoRemove'.*restart policy/],
    [
      {},
      { RestartPolicy: { Name: 'always', MaximumRetryCount: 3 } },
      /only be used with 'on-failure'/,
    ],
    [{}, { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: -1 } }, /cannot be negative/],
    [{}, { Memory: 1000 }, /Minimum memory limit/],
    [{}, { NanoCpus: 1e15 }, /range of CPUs/],
    [{}, { CapAdd: ['FLY'] }, /unknown capability/],
  ])('rejects %o with %o and creates nothing', async (config, HostConfig, message) => {
    const engine = await testEngine(directory);
    const request = createRequestSchema.parse({ Image: 'busybox', ...config, HostConfig });
    await expect(createContainer(engine, 'box', request)).rejects.toThrow(message);
    expect(engine.containers.all()).toEqual([]);
    expect(engine.containers.isNameTaken('box')).toBe(false);
  });
});

describe('createRequestSchema', () => {
  it('accepts what Go clients send: null for nothing, a bare string for a command', () => {
    const request = createRequestSchema.parse({
      Image: 'busybox',
      Cmd: 'ls',
      Env: null,
      Volumes: null,
      HostConfig: { Binds: null, PortBindings: { '80/tcp': null }, RestartPolicy: { Name: '' } },
    });
    expect(request.Cmd).toEqual(['ls']);
    expect(request.HostConfig.PortBindings).toEqual({ '80/tcp': [] });
    expect(request.HostConfig.RestartPolicy.Name).toBe('no');
  });

  it('doesn’t need a HostConfig', () => {
    expect(createRequestSchema.parse({ Image: 'a' }).HostConfig.Memory).toBe(0);
  });
});
