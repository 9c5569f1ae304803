import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type DraftStorage, DraftStore } from './draft-store.ts';

/** A window's storage, which survives a reload of the page. */
class StandInStorage implements DraftStorage {
  readonly items = new Map<string, string>();
  full = false;
  get length(): number {
    return this.items.size;
  }
  key = (index: number) => [...this.items.keys()][index] ?? null;
  getItem = (key: string) => this.items.get(key) ?? null;
  removeItem = (key: string) => void this.items.delete(key);
  setItem(key: string, value: string): void {
    if (this.full) throw new DOMException('No room', 'QuotaExceededError');
    this.items.set(key, value);
  }
}

let storage: StandInStorage;
beforeEach(() => {
  storage = new StandInStorage();
});

const file = { title: 'notes.txt in web', place: '/containers/1/files', base: 'one' };

/** The drafts as the next page finds them. */
function reloaded(store: DraftStore): DraftStore {
  store.flush();
  return new DraftStore(storage);
}

describe('a draft', () => {
  it('survives a reload of the page', () => {
    const store = new DraftStore(storage);
    store.set('a', { value: 'typed', file });
    expect(reloaded(store).get('a')).toEqual({ value: 'typed', file });
  });

  it('is written a moment after typing, not only when the page ends', async () => {
    vi.useFakeTimers();
    new DraftStore(storage).set('a', { value: 'typed', file });
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect(new DraftStore(storage).get('a')?.value).toBe('typed');
  });

  it('is gone once it was saved', () => {
    const store = new DraftStore(storage);
    store.set('a', { value: 'typed', file });
    store.flush();
    store.remove('a');
    expect(reloaded(store).all()).toEqual([]);
    expect(storage.items.size).toBe(0);
  });

  it('with secrets stays in memory only, or loses them', () => {
    const store = new DraftStore(storage);
    store.set('secret', { value: 'password=1' }, null);
    store.set('form', { value: '{"name":"web","password":"1"}' }, '{"name":"web","password":""}');
    store.flush();
    expect([...storage.items.values()].join()).not.toMatch(/password=1|"password\\":\\"1/);
    const next = reloaded(store);
    expect(next.get('secret')).toBeUndefined();
    expect(next.get('form')?.value).toBe('{"name":"web","password":""}');
  });

  it('that is too long for the storage stays in memory', () => {
    const store = new DraftStore(storage);
    store.set('first', { value: 'short', file });
    store.set('long', { value: 'x'.repeat(3_000_000), file });
    store.set('last', { value: 'short too', file });
    expect(store.get('long')?.value).toHaveLength(3_000_000);
    expect(reloaded(store).all()).toMatchObject([{ key: 'first' }, { key: 'last' }]);
  });

  it("survives a browser that stores nothing, and entries that it can't read", () => {
    storage.full = true;
    const store = new DraftStore(storage);
    store.set('a', { value: 'typed', file });
    store.flush();
    expect(store.get('a')?.value).toBe('typed');
    storage.items.set('berth.draft.b', 'not JSON');
    storage.items.set('berth.draft.c', '{"value":1}');
    expect(new DraftStore(storage).all()).toEqual([]);
  });
});

it('counts unsaved files on every page, and forms while they are open', () => {
  const store = new DraftStore(storage);
  store.set('form', { value: '{}' });
  expect(store.isUnsaved).toBe(false);
  const hide = store.showForm('form');
  expect(store.isUnsaved).toBe(true);
  hide();
  expect(store.isUnsaved).toBe(false);
  store.set('file', { value: 'typed', file });
  expect(store.isUnsaved).toBe(true);
});
