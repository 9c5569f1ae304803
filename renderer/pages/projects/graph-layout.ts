import type { ServiceDependency } from '../../../electron/api/project-content.ts';

/** A service as the graph needs it. */
export interface GraphService {
  readonly name: string;
  readonly dependsOn: readonly ServiceDependency[];
}

export interface GraphNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** From a dependency to the service that waits for it. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly condition: ServiceDependency['condition'];
  readonly start: Point;
  readonly end: Point;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export const NODE = { width: 176, height: 66 } as const;
const GAP = { x: 96, y: 22 } as const;

/**
 * Places services in columns from left to right: each right of the services that it waits for, in
 * the order of a start. Pure.
 */
export function layoutGraph(services: readonly GraphService[]): GraphLayout {
  const columns = orderedColumns(services, layersOf(services));
  const rows = Math.max(0, ...columns.map(({ length }) => length));
  const heightOf = (count: number) => Math.max(0, count * (NODE.height + GAP.y) - GAP.y);
  const height = heightOf(rows);
  const nodes = columns.flatMap((column, index) =>
    column.map((name, row) => ({
      name,
      x: index * (NODE.width + GAP.x),
      // Each column is centred.
      y: (height - heightOf(column.length)) / 2 + row * (NODE.height + GAP.y),
    })),
  );
  const places = new Map(nodes.map((node) => [node.name, node]));
  const edges = services.flatMap(({ name, dependsOn }) =>
    dependsOn.flatMap(({ service, condition }): GraphEdge[] => {
      const [from, to] = [places.get(service), places.get(name)];
      if (!from || !to) return [];
      const start = { x: from.x + NODE.width, y: from.y + NODE.height / 2 };
      const end = { x: to.x, y: to.y + NODE.height / 2 };
      return [{ from: service, to: name, condition, start, end }];
    }),
  );
  const width = Math.max(0, columns.length * (NODE.width + GAP.x) - GAP.x);
  return { width, height, nodes, edges };
}

/** The column of each service: one after the last of those that it waits for. */
function layersOf(services: readonly GraphService[]): ReadonlyMap<string, number> {
  const byName = new Map(services.map((service) => [service.name, service]));
  const layers = new Map<string, number>();
  const visit = (name: string, path: readonly string[]): number => {
    const known = layers.get(name);
    if (known !== undefined) return known;
    const others = byName.get(name)?.dependsOn ?? [];
    const before = others
      // A file with a cycle is refused, but is drawn while it is edited.
      .filter(({ service }) => byName.has(service) && !path.includes(service))
      .map(({ service }) => visit(service, [...path, name]));
    const layer = Math.max(-1, ...before) + 1;
    layers.set(name, layer);
    return layer;
  };
  for (const { name } of services) visit(name, [name]);
  return layers;
}

/** Sorts each column by the places of the services that its services wait for. */
function orderedColumns(
  services: readonly GraphService[],
  layers: ReadonlyMap<string, number>,
): string[][] {
  const last = Math.max(-1, ...layers.values());
  const places = new Map<string, number>();
  const columns: string[][] = [];
  for (let layer = 0; layer <= last; layer++) {
    const column = services.filter(({ name }) => layers.get(name) === layer);
    const weights = new Map(
      column.map(({ name, dependsOn }) => [name, mean(dependsOn.map((each) => each.service))]),
    );
    column.sort(
      (a, b) =>
        (weights.get(a.name) ?? 0) - (weights.get(b.name) ?? 0) || (a.name < b.name ? -1 : 1),
    );
    for (const [index, { name }] of column.entries()) {
      places.set(name, index - (column.length - 1) / 2);
    }
    columns.push(column.map(({ name }) => name));
  }
  return columns;

  function mean(names: readonly string[]): number {
    const known = names.flatMap((name) => places.get(name) ?? []);
    return known.reduce((sum, place) => sum + place, 0) / Math.max(1, known.length);
  }
}
