import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1.js';
import { describe, expect, it } from 'vitest';
import { deployments, services } from '../../objects/resources.ts';
import type { JsonObject } from '../../schema/decode.ts';
import { loadSchemas } from '../../schema/schemas.ts';
import { apply } from './apply.ts';
import { recordUpdate } from './record-update.ts';

const schemas = await loadSchemas();

/** An object that managers apply to, one after the other. */
class Live {
  object: JsonObject | undefined;
  managed: ManagedFieldsEntry[] | undefined;
  readonly #of: {
    readonly schemas: typeof schemas;
    readonly schema: ReturnType<typeof schemas.of>;
  };

  constructor(resource: typeof deployments | typeof services = deployments) {
    this.#of = { schemas, schema: schemas.of(resource) };
  }

  apply(name: string, wanted: JsonObject, isForced = false): void {
    const self = { name, apiVersion: 'apps/v1' };
    const applied = apply(this.#of, this.object, wanted, this.managed, self, isForced);
    this.object = applied.object;
    this.managed = applied.managedFields;
  }

  update(name: string, changed: JsonObject): void {
    const self = { name, apiVersion: 'apps/v1' };
    this.managed = recordUpdate(this.#of, this.object, changed, this.managed, self);
    this.object = changed;
  }

  managers(): (string | undefined)[] {
    return (this.managed ?? []).map(({ manager }) => manager);
  }
}

const container = (name: string, image: string) => ({ name, image });
const withContainers = (...containers: JsonObject[]) => ({
  spec: { template: { spec: { containers } } },
});

describe('server-side apply', () => {
  it('keeps what others set', () => {
    const live = new Live();
    live.apply('one', { spec: { replicas: 2 }, metadata: { labels: { a: '1' } } });
    live.apply('two', { metadata: { labels: { b: '2' } } });
    expect(live.object).toEqual({
      spec: { replicas: 2 },
      metadata: { labels: { a: '1', b: '2' } },
    });
  });

  it('removes what its manager no longer wants, unless others want it too', () => {
    const live = new Live();
    live.apply('one', { spec: { replicas: 2, paused: true, minReadySeconds: 5 } });
    live.apply('two', { spec: { paused: true } });
    live.apply('one', { spec: { replicas: 2 } });
    expect(live.object).toEqual({ spec: { replicas: 2, paused: true } });
  });

  it('refuses to change fields of others, and names them', () => {
    const live = new Live();
    live.apply('one', withContainers(container('web', 'web:1')));
    const wanted = withContainers(container('web', 'web:2'));
    expect(() => live.apply('two', wanted)).toThrow(
      'Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="web"].image',
    );
    live.apply('two', wanted, true);
    expect(live.object).toEqual(wanted);
    expect(() => live.apply('one', withContainers(container('web', 'web:1')))).toThrow('"two"');
  });

  it('agrees if both want the same', () => {
    const live = new Live();
    live.apply('one', { spec: { replicas: 2 } });
    live.apply('two', { spec: { replicas: 2 } });
    expect(live.managers()).toEqual(['one', 'two']);
  });

  it('merges items of lists by their keys', () => {
    const live = new Live(services);
    const port = (port: number, protocol?: string) => ({ port, ...(protocol ? { protocol } : {}) });
    live.apply('one', { spec: { ports: [port(80), port(53, 'UDP')] } });
    live.apply('two', { spec: { ports: [port(53), port(80, 'TCP')] } });
    expect(live.object).toEqual({
      spec: { ports: [port(53), port(80, 'TCP'), port(53, 'UDP')] },
    });
    live.apply('one', { spec: { ports: [port(80)] } });
    expect(live.object).toEqual({ spec: { ports: [port(53), port(80, 'TCP')] } });
  });

  it('counts updates as owners too', () => {
    const live = new Live();
    live.apply('one', { spec: { replicas: 2, paused: true } });
    live.update('kubectl-scale', { spec: { replicas: 5, paused: true } });
    expect(live.managers()).toEqual(['one', 'kubectl-scale']);
    expect(() => live.apply('one', { spec: { replicas: 2, paused: true } })).toThrow(
      'conflict with "kubectl-scale" using apps/v1: .spec.replicas',
    );
    live.apply('one', { spec: { paused: true } });
    expect(live.object).toEqual({ spec: { replicas: 5, paused: true } });
  });
});
