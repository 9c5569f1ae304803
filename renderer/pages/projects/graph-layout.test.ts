import { expect, it } from 'vitest';
import { type GraphService, layoutGraph, NODE } from './graph-layout.ts';

const service = (name: string, ...others: string[]): GraphService => ({
  name,
  dependsOn: others.map((other) => ({ service: other, condition: 'service_started' })),
});

const columnOf = (services: readonly GraphService[]) =>
  Map.groupBy(layoutGraph(services).nodes, ({ x }) => x);

/** The names of each column, from top to bottom. */
const columns = (services: readonly GraphService[]) =>
  [...columnOf(services)]
    .sort(([a], [b]) => a - b)
    .map(([, nodes]) => nodes.sort((a, b) => a.y - b.y).map(({ name }) => name));

it('places each service right of those that it waits for', () => {
  const services = [service('web', 'api', 'db'), service('api', 'db', 'queue'), service('db')];
  expect(columns([...services, service('queue')])).toEqual([['db', 'queue'], ['api'], ['web']]);
});

it('places services near those that they wait for, so that fewer lines cross', () => {
  const services = [service('a'), service('b'), service('x', 'b'), service('y', 'a')];
  expect(columns(services)).toEqual([
    ['a', 'b'],
    ['y', 'x'],
  ]);
});

it('draws a line from the end of a dependency to the service that waits', () => {
  const dependsOn = [{ service: 'db', condition: 'service_healthy' as const }];
  const { nodes, edges } = layoutGraph([{ name: 'web', dependsOn }, service('db')]);
  const [db, web] = ['db', 'web'].map((name) => nodes.find((node) => node.name === name));
  expect(edges).toEqual([
    {
      ...{ from: 'db', to: 'web', condition: 'service_healthy' },
      start: { x: (db?.x ?? 0) + NODE.width, y: (db?.y ?? 0) + NODE.height / 2 },
      end: { x: web?.x, y: (web?.y ?? 0) + NODE.height / 2 },
    },
  ]);
});

it('keeps apart what it places', () => {
  const services = [service('a'), service('b'), service('c', 'a'), service('d', 'a', 'missing')];
  const { nodes, width, height } = layoutGraph(services);
  for (const [index, one] of nodes.entries()) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.x + NODE.width).toBeLessThanOrEqual(width);
    expect(one.y + NODE.height).toBeLessThanOrEqual(height);
    for (const other of nodes.slice(index + 1)) {
      const isApart =
        Math.abs(one.x - other.x) >= NODE.width || Math.abs(one.y - other.y) >= NODE.height;
      expect(isApart, `${one.name} and ${other.name}`).toBe(true);
    }
  }
});

it('draws a cycle, and nothing', () => {
  expect(layoutGraph([service('a', 'b'), service('b', 'a')]).nodes).toHaveLength(2);
  expect(layoutGraph([])).toEqual({ width: 0, height: 0, nodes: [], edges: [] });
});
