// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such texts are what is tested.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemsOf, projectOf } from '../testing/project-of.ts';

const service = async (yaml: string, options = {}) =>
  (
    await projectOf(
      `services:\n  a:\n    image: x\n    ${yaml.replaceAll('\n', '\n    ')}\n`,
      options,
    )
  ).services.a;

it('a repository that SSH reaches is not a folder', async () => {
  const context = 'git@example.com:me/app.git';
  expect((await service(`build: ${context}`))?.build).toMatchObject({ context });
});

describe('short forms', () => {
  it('takes ports apart', async () => {
    const ports = ['8080', '80:81', '127.0.0.1:8081:81/udp', '"[::1]:3:4"', '7-8:9-10', '5-6:7'];
    expect((await service(`ports: [${ports.join(', ')}]`))?.ports).toEqual([
      { mode: 'ingress', target: 8080, protocol: 'tcp' },
      { mode: 'ingress', target: 81, published: '80', protocol: 'tcp' },
      { mode: 'ingress', host_ip: '127.0.0.1', target: 81, published: '8081', protocol: 'udp' },
      { mode: 'ingress', host_ip: '::1', target: 4, published: '3', protocol: 'tcp' },
      { mode: 'ingress', target: 9, published: '7', protocol: 'tcp' },
      { mode: 'ingress', target: 10, published: '8', protocol: 'tcp' },
      { mode: 'ingress', target: 7, published: '5-6', protocol: 'tcp' },
    ]);
  });

  it('takes mounts apart, paths from the folder of the file', async () => {
    const text = 'volumes: [./src:/src:ro, "../b:/b", /anon, "data:/data:nocopy", "C:\\\\x:/c"]';
    const project = await projectOf(`services: {a: {image: x, ${text}}}\nvolumes: {data: }`);
    const { volumes = [] } = project.services.a ?? {};
    expect(volumes.slice(0, 4)).toEqual([
      ...[
        {
          type: 'bind',
          source: resolve('/work/shop/src'),
          target: '/src',
          read_only: true,
          bind: { create_host_path: true },
        },
      ],
      ...[
        {
          type: 'bind',
          source: resolve('/work/b'),
          target: '/b',
          bind: { create_host_path: true },
        },
      ],
      ...[{ type: 'volume', target: '/anon', volume: {} }],
      ...[{ type: 'volume', source: 'data', target: '/data', volume: { nocopy: true } }],
    ]);
    expect(volumes[4]).toMatchObject({ type: 'bind', target: '/c' });
    expect(project.volumes).toEqual({ data: { name: 'shop_data' } });
  });

  it('takes lists as maps, and one as several', async () => {
    const yaml = `environment: [A=1, B, C=x=y]\nlabels: [a=b, c]\ndns: 1.1.1.1\ntmpfs: /run\ncommand: sh -c "a b"\nextra_hosts: {h: 1.2.3.4}\nhealthcheck: {test: exit 0, interval: 90s}\ndepends_on: [b]`;
    const text = `services:\n  b: {image: y}\n  a:\n    image: x\n    ${yaml.replaceAll('\n', '\n    ')}`;
    expect((await projectOf(text, { env: { B: 'two' } })).services.a).toMatchObject({
      environment: { A: '1', B: 'two', C: 'x=y' },
      labels: { a: 'b', c: '' },
      dns: ['1.1.1.1'],
      tmpfs: ['/run'],
      command: ['sh', '-c', 'a b'],
      extra_hosts: ['h=1.2.3.4'],
      healthcheck: { test: ['CMD-SHELL', 'exit 0'], interval: '1m30s' },
      depends_on: { b: { condition: 'service_started', required: true } },
    });
  });

  it('takes sizes, octal modes and numbers in variables', async () => {
    const found = await service(
      'shm_size: 64m\nscale: ${N}\nvolumes: [{type: tmpfs, target: /t, tmpfs: {size: 1k, mode: 0700}}]',
      { env: { N: '3' } },
    );
    expect(found).toMatchObject({
      shm_size: '67108864',
      scale: 3,
      volumes: [{ type: 'tmpfs', target: '/t', tmpfs: { size: '1024', mode: 0o700 } }],
    });
  });
});

describe('odd values that docker compose accepts', () => {
  it.each([
    ['restart: "on-failure:"', { restart: 'on-failure:' }],
    ['restart: always:0', { restart: 'always:0' }],
    ['expose: [0, "90-91/udp"]', { expose: ['0', '90-91/udp'] }],
    ['extra_hosts: ["h=1.2.3.4", "g:::1"]', { extra_hosts: ['g=::1', 'h=1.2.3.4'] }],
    [
      'build: {context: /c, extra_hosts: [h=1.2.3.4, h=1.2.3.5]}',
      {
        build: { context: '/c', dockerfile: 'Dockerfile', extra_hosts: ['h=1.2.3.4', 'h=1.2.3.5'] },
      },
    ],
    ['extra_hosts: {h: [1.2.3.4, "::1"]}', { extra_hosts: ['h=1.2.3.4', 'h=::1'] }],
    [
      'devices: ["/dev/null:rwm"]',
      { devices: [{ source: '/dev/null', target: 'rwm', permissions: 'rwm' }] },
    ],
    [
      'devices: ["/dev/a:/dev/b:", "/dev/a::r"]',
      {
        devices: [
          { source: '/dev/a', target: '/dev/b', permissions: '' },
          { source: '/dev/a', target: '/dev/a', permissions: 'r' },
        ],
      },
    ],
    [
      'devices: ["vendor.com/gpu=all"]',
      {
        devices: [
          { source: 'vendor.com/gpu=all', target: 'vendor.com/gpu=all', permissions: 'rwm' },
        ],
      },
    ],
  ])('%s', async (yaml, expected) => {
    expect(await service(yaml)).toMatchObject(expected);
  });

  it('takes an empty restart policy for none, also over another', async () => {
    expect(await service("restart: ''")).not.toHaveProperty('restart');
    expect(await service('restart: "${NONE:-}"')).not.toHaveProperty('restart');
    const text = 'services: {a: {image: x, restart: always}, b: {extends: a, restart: ""}}';
    const override = 'services: {a: {restart: ""}}';
    const { services } = await projectOf(text, { override });
    expect(services.a).not.toHaveProperty('restart');
    expect(services.b).not.toHaveProperty('restart');
  });
});

describe('a project', () => {
  it('has a default name, network and image names for builds', async () => {
    const project = await projectOf('services: {a: {build: ./app}}');
    expect(project).toMatchObject({
      name: 'shop',
      networks: { default: { name: 'shop_default' } },
      services: { a: { image: 'shop-a', build: { context: resolve('/work/shop/app') } } },
    });
  });

  it.each([
    ['name: own\nservices: {a: {image: x}}', {}, 'own'],
    ['name: own\nservices: {a: {image: x}}', { COMPOSE_PROJECT_NAME: 'env' }, 'env'],
  ])('takes its name from where it is said', async (text, env, name) => {
    expect((await projectOf(text, { env })).name).toBe(name);
  });

  it('joins an override file', async () => {
    const text = `services:\n  a: {image: x, command: one, ports: ["80:80"], environment: {A: 1, B: 2}}`;
    const override = `services:\n  a: {image: y, command: two three, ports: ["80:80", "81:81"], environment: [B=3]}\n  b: {image: z}`;
    const { services } = await projectOf(text, { override });
    expect(services.a).toMatchObject({
      image: 'y',
      command: ['two', 'three'],
      environment: { A: '1', B: '3' },
    });
    expect(services.a?.ports?.map(({ target }) => target)).toEqual([80, 81]);
    expect(Object.keys(services)).toEqual(['a', 'b']);
  });

  it('knows anchors, merge keys, extensions and services that extend others', async () => {
    const text = `x-base: &base\n  image: x\n  restart: always\nservices:\n  a:\n    <<: *base\n    x-note: mine\n    user: "1"\n  b:\n    extends: a\n    user: "2"\n`;
    const { services } = await projectOf(text);
    expect(services.a).toMatchObject({ image: 'x', restart: 'always', user: '1' });
    expect(services.b).toMatchObject({ image: 'x', restart: 'always', user: '2' });
  });

  it('leaves out what only a profile brings', async () => {
    const text = 'services: {a: {image: x}, b: {image: y, profiles: [debug]}}';
    expect((await projectOf(text)).inactive).toEqual(['b']);
    expect(Object.keys((await projectOf(text, { profiles: ['debug'] })).services)).toEqual([
      'a',
      'b',
    ]);
  });

  it('waits for those whose namespaces and volumes a service shares', async () => {
    const text =
      'services: {a: {image: x, network_mode: "service:b", volumes_from: [c]}, b: {image: y}, c: {image: z}}';
    const { services } = await projectOf(text);
    expect(Object.keys(services.a?.depends_on ?? {})).toEqual(['b', 'c']);
    expect(services.a).not.toHaveProperty('networks');
  });
});

describe('problems', () => {
  it.each([
    ['services:\n  a:\n    imag: x\n', "3: services.a additional properties 'imag' not allowed"],
    [
      'services:\n  a:\n    image: x\n    ports: [abc]\n',
      '4: services.a.ports.0 Invalid containerPort: abc',
    ],
    ['services:\n  a:\n    image: x\n    ports: 80\n', '4: services.a.ports must be a list'],
    ['services:\n  a: 3\n', '2: services.a must be a mapping'],
    [
      'services:\n  a: {image: x}\n  b: {}\n',
      '3: service "b" has neither an image nor a build context specified',
    ],
    [
      'services:\n  a:\n    image: x\n    depends_on: [z]\n',
      '4: service "a" depends on undefined service "z"',
    ],
    [
      'services:\n  a:\n    image: x\n    depends_on: {z: {condition: service_started, required: false}}\n',
      '4: service "a" depends on undefined service "z"',
    ],
    [
      'services:\n  a:\n    image: x\n    networks: [z]\n',
      '4: service "a" refers to undefined network z',
    ],
    [
      'services:\n  a:\n    image: x\n    volumes: ["zz:/x"]\n',
      '4: service "a" refers to undefined volume zz',
    ],
    [
      'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n',
      '2: dependency cycle detected: a -> b -> a',
    ],
    [
      'services:\n  a:\n    image: ${X:?no x}\n',
      '3: error while interpolating services.a.image: required variable X is missing a value: no x',
    ],
    [
      'services:\n  a:\n    image: x\n    stop_grace_period: soon\n',
      '4: services.a.stop_grace_period invalid duration: "soon". Use a value such as 1m30s',
    ],
    [
      'services:\n  a:\n    image: x\n    stop_grace_period: -5s\n',
      '4: services.a.stop_grace_period invalid duration: "-5s". Use a value such as 1m30s',
    ],
    [
      'services:\n  a:\n    image: x\n    restart: sometimes\n',
      '4: services.a.restart restart policy "sometimes" is not one of no, always, unless-stopped, on-failure[:COUNT]',
    ],
    [
      'services:\n  a:\n    image: x\n    restart: always:3\n',
      '4: services.a.restart restart policy "always:3" is not one of no, always, unless-stopped, on-failure[:COUNT]',
    ],
    [
      'services:\n  a:\n    image: x\n    expose: [80, http]\n',
      '4: services.a.expose.1 invalid port "http": expected [[IP:][HOST]:]CONTAINER[/PROTOCOL]',
    ],
    [
      'services:\n  a:\n    image: x\n    expose:\n      - 80\n      - ""\n',
      '6: services.a.expose.1 invalid port "": expected [[IP:][HOST]:]CONTAINER[/PROTOCOL]',
    ],
    [
      'services:\n  a:\n    image: x\n    expose: http\n',
      '4: services.a.expose invalid port "http": expected [[IP:][HOST]:]CONTAINER[/PROTOCOL]',
    ],
    [
      'services:\n  a:\n    image: x\n    extra_hosts:\n      - h=1.2.3.4\n      - alone\n',
      '6: services.a.extra_hosts.1 bad format for add-host: "alone"',
    ],
    [
      'services:\n  a:\n    image: x\n    extra_hosts:\n      h: ""\n',
      '5: services.a.extra_hosts.h bad format for add-host: "h="',
    ],
    [
      'services:\n  a:\n    image: x\n    devices: ["/a:/b:r:w"]\n',
      '4: services.a.devices.0 confusing device mapping, please use long syntax: /a:/b:r:w',
    ],
    ['services:\n  a: {image: x}\n  a: {image: y}\n', '3: Map keys must be unique'],
    [
      'name: Shop!\nservices: {a: {image: x}}\n',
      '1: invalid project name "Shop!": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number',
    ],
    [
      'services:\n  a:\n    image: x\n    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 2g}}}\n',
      "4: services.a: can't set distinct values on 'mem_limit' and 'deploy.resources.limits.memory'",
    ],
  ])('names the line of %j', async (text, expected) => {
    expect(await problemsOf(text)).toContain(expected);
  });

  it.each([
    ['version: "3"\nservices: {a: {image: x}}\n', /^1: the attribute `version` is obsolete/],
    [
      'services:\n  a:\n    image: x$Y\n',
      /^3: The "Y" variable is not set. Defaulting to a blank string\.$/,
    ],
  ])('only warns of %j', async (text, expected) => {
    expect(await problemsOf(text)).toEqual([expect.stringMatching(expected)]);
    expect(Object.keys((await projectOf(text)).services)).toEqual(['a']);
  });
});

it.each(['', '# only a comment\n', '{}\n'])('a project needs more than %j', async (text) => {
  expect(await problemsOf(text)).toEqual(['undefined: empty compose file']);
});
