import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from './journal.ts';
import { Objects } from './objects.ts';
import { recordEvent } from './record-event.ts';
import { configMaps, events } from './resources.ts';

let directory: string;
const complaints: string[] = [];

beforeEach(async () => {
  complaints.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'berth-journal-'));
});

afterEach(() => rm(directory, { recursive: true }));

const load = async () =>
  new Objects(await Journal.load(directory, (message) => complaints.push(message)));

const configMap = (name: string) => ({ metadata: { name, namespace: 'default' } });
const key = (name: string) => ({ namespace: 'default', name });
const file = () => join(directory, 'objects.jsonl');

describe('objects on disk', () => {
  it('are there after a restart, with greater versions for new ones', async () => {
    const objects = await load();
    await objects.create(configMaps, configMap('kept'));
    await objects.create(configMaps, configMap('gone'));
    const changed = await objects.change(configMaps, key('kept'), (object) => ({
      ...object,
      data: { a: 'b' },
    }));
    await objects.remove(configMaps, key('gone'));
    const again = await load();
    expect(again.list(configMaps)).toEqual([changed]);
    const next = await again.create(configMaps, configMap('next'));
    expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(objects.version));
    expect(() => again.changesSince(configMaps, objects.version)).toThrow('too old');
  });

  it('survive a change that was cut off', async () => {
    const objects = await load();
    const stored = await objects.create(configMaps, configMap('kept'));
    await appendFile(file(), '{"resource":"configmaps","obj');
    expect((await load()).list(configMaps)).toEqual([stored]);
    expect(complaints).toEqual([]);
  });

  it('are kept beside a damaged one, which is reported', async () => {
    const objects = await load();
    await objects.create(configMaps, configMap('damaged'));
    const stored = await objects.create(configMaps, configMap('kept'));
    const text = await readFile(file(), 'utf8');
    await writeFile(file(), text.replace('{', '#'));
    expect((await load()).list(configMaps)).toEqual([stored]);
    expect(complaints).toEqual(['a Kubernetes object on the data disk is damaged']);
    expect(await readFile(`${file()}.damaged`, 'utf8')).toContain('#');
  });

  it('take little space after many changes', async () => {
    const objects = await load();
    await objects.create(configMaps, configMap('one'));
    for (let count = 1; count <= 1_100; count += 1) {
      await objects.change(configMaps, key('one'), (object) => ({
        ...object,
        data: { count: String(count) },
      }));
    }
    expect((await readFile(file(), 'utf8')).split('\n').length).toBeLessThan(1_000);
    expect((await load()).get(configMaps, key('one'))).toMatchObject({ data: { count: '1100' } });
  });

  it('are not changed by a store that was given up', async () => {
    const stored = await Journal.load(directory, (message) => complaints.push(message));
    const objects = new Objects(stored);
    const writing = objects.create(configMaps, configMap('in-time'));
    await stored.storage[Symbol.asyncDispose]();
    const text = await readFile(file(), 'utf8');
    expect(text).toContain('in-time');
    await writing;
    await expect(objects.create(configMaps, configMap('late'))).rejects.toThrow('closed');
    expect(await readFile(file(), 'utf8')).toBe(text);
  });

  it('never include events', async () => {
    const objects = await load();
    const about = await objects.create(configMaps, configMap('one'));
    await recordEvent(objects, about, { type: 'Normal', reason: 'Tested', message: 'It works' });
    expect(objects.list(events)).toHaveLength(1);
    expect((await load()).list(events)).toEqual([]);
  });
});
