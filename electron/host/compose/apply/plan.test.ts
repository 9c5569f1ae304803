import { describe, expect, it } from 'vitest';
import type { Project } from '../file/project.ts';
import { projectOf } from '../testing/project-of.ts';
import { networkHash, serviceHash } from './hash.ts';
import { LABELS } from './labels.ts';
import type { Observed, ProjectContainer } from './observe.ts';
import { type PlanOptions, planProject } from './plan.ts';

const TEXT =
  'services: {web: {image: x, depends_on: [db]}, db: {image: y, volumes: ["data:/d"]}}\nvolumes: {data: }';

/** A container as bringing the project up leaves it. */
function container(
  project: Project,
  service: string,
  number: number,
  change: Partial<ProjectContainer> = {},
): ProjectContainer {
  const own = project.services[service];
  return {
    ...{ id: `${service}${number}`, name: `shop-${service}-${number}`, service, number },
    ...{ oneoff: false, state: 'running', status: '', imageId: 'one', labels: {} },
    hash: own ? serviceHash(own) : '',
    ...{ networks: ['shop_default'], dependsOn: [] },
    summary: {} as ProjectContainer['summary'],
    ...change,
  };
}

function observed(containers: ProjectContainer[], change: Partial<Observed> = {}): Observed {
  return {
    containers,
    networks: new Map([['shop_default', { labels: {} }]]),
    volumes: new Map([['shop_data', { labels: { [LABELS.project]: 'shop' } }]]),
    images: new Map([
      ['x', 'one'],
      ['y', 'one'],
    ]),
    ...change,
  };
}

/** Steps as words: `recreate shop-web-1: its image is newer`. */
function stepsOf(project: Project, seen: Observed, options: PlanOptions = {}): string[] {
  return planProject(project, seen, options).services.flatMap(({ steps }) =>
    steps.map((step) =>
      step.action === 'create'
        ? `create ${step.name}`
        : `${step.action} ${step.container.name}${step.action === 'recreate' ? `: ${step.reason}` : ''}`,
    ),
  );
}

describe('a plan', () => {
  it('of some services has only their networks and volumes', async () => {
    const text =
      'services: {web: {image: x, networks: [front]}, db: {image: y, networks: [back], volumes: ["data:/d"]}}\nnetworks: {front: , back: }\nvolumes: {data: }';
    const { networks, volumes } = planProject(await projectOf(text), observed([]), {
      services: new Set(['web']),
    });
    expect(networks.map(({ key }) => key)).toEqual(['front']);
    expect(volumes).toEqual([]);
  });

  it('makes everything of a project that is not there', async () => {
    const project = await projectOf(TEXT);
    const nothing = observed([], { networks: new Map(), volumes: new Map() });
    expect(stepsOf(project, nothing)).toEqual(['create shop-db-1', 'create shop-web-1']);
    expect(planProject(project, nothing)).toMatchObject({
      networks: [{ name: 'shop_default', action: 'create' }],
      volumes: [{ name: 'shop_data', action: 'create' }],
    });
  });

  it('leaves alone what is as it should be, and starts what has stopped', async () => {
    const project = await projectOf(TEXT);
    const seen = observed([
      container(project, 'db', 1),
      container(project, 'web', 1, { state: 'exited' }),
    ]);
    expect(stepsOf(project, seen)).toEqual(['keep shop-db-1', 'start shop-web-1']);
  });

  it.each([
    [{ hash: 'old' }, 'its configuration changed'],
    [{ imageId: 'old' }, 'its image is newer'],
    [{ networks: [] }, "it isn't connected to its networks"],
  ])('recreates for %j', async (change, reason) => {
    const project = await projectOf(TEXT);
    const seen = observed([container(project, 'db', 1), container(project, 'web', 1, change)]);
    expect(stepsOf(project, seen)).toEqual(['keep shop-db-1', `recreate shop-web-1: ${reason}`]);
    expect(stepsOf(project, seen, { recreate: 'never' })).toEqual([
      'keep shop-db-1',
      'keep shop-web-1',
    ]);
  });

  it('scales up with free numbers, and down from the newest', async () => {
    const project = await projectOf(TEXT);
    const seen = observed([
      container(project, 'db', 1),
      container(project, 'web', 1),
      container(project, 'web', 3),
    ]);
    const scale = (web: number) => stepsOf(project, seen, { scale: { web } }).slice(1);
    expect(scale(3)).toEqual(['keep shop-web-1', 'keep shop-web-3', 'create shop-web-2']);
    expect(scale(1)).toEqual(['keep shop-web-1', 'remove shop-web-3']);
    expect(scale(0)).toEqual(['remove shop-web-1', 'remove shop-web-3']);
  });

  it('keeps what is up to date when it scales down', async () => {
    const project = await projectOf(TEXT);
    const seen = observed([
      container(project, 'web', 1, { hash: 'old' }),
      container(project, 'web', 2),
    ]);
    expect(stepsOf(project, seen)).toContain('remove shop-web-1');
  });

  it('finds orphans, but not what a profile or a running command has left', async () => {
    const project = await projectOf(
      `${TEXT}`.replace('db: {', 'dbg: {image: z, profiles: [d]}, db: {'),
    );
    const seen = observed([
      container(project, 'gone', 1),
      container(project, 'dbg', 1),
      container(project, 'web', 7, { oneoff: true }),
      container(project, 'web', 8, { oneoff: true, state: 'exited' }),
    ]);
    expect(planProject(project, seen).orphans.map(({ name }) => name)).toEqual([
      ...['shop-gone-1', 'shop-web-8'],
    ]);
  });

  it('recreates a changed network, and the containers on it', async () => {
    const project = await projectOf(TEXT);
    const labels = { [LABELS.project]: 'shop', [LABELS.configHash]: 'old' };
    const seen = observed([container(project, 'db', 1)], {
      networks: new Map([['shop_default', { labels }]]),
    });
    expect(planProject(project, seen).networks).toMatchObject([{ action: 'recreate' }]);
    expect(stepsOf(project, seen)).toContain('recreate shop-db-1: its network is recreated');
    const same = project.networks.default ? networkHash(project.networks.default) : '';
    labels[LABELS.configHash] = same;
    expect(planProject(project, seen).networks).toMatchObject([{ action: 'keep' }]);
  });

  it('never touches a volume with data, but warns', async () => {
    const project = await projectOf(TEXT);
    const labels = { [LABELS.project]: 'shop', [LABELS.configHash]: 'old' };
    const plan = planProject(
      project,
      observed([], { volumes: new Map([['shop_data', { labels }]]) }),
    );
    expect(plan.volumes).toMatchObject([{ action: 'keep' }]);
    expect(plan.warnings).toEqual([expect.stringContaining('it is kept as it is')]);
  });

  it('recreates what shares the namespaces of something recreated', async () => {
    const project = await projectOf(
      'services: {a: {image: x, network_mode: "service:b"}, b: {image: y}}',
    );
    const seen = observed([
      container(project, 'a', 1, { networks: [] }),
      container(project, 'b', 1, { hash: 'old' }),
    ]);
    expect(stepsOf(project, seen)[0]).toBe(
      'recreate shop-a-1: b, which it shares resources with, is recreated',
    );
  });
});
