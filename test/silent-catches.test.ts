import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { sources } from './imports.ts';

const repository = join(import.meta.dirname, '..');

/** Where no error may be swallowed. */
const roots = ['electron', 'guest-agent', 'renderer'];

/** Where one is, and why that is right. */
const accepted: Readonly<Record<string, string>> = {
  'guest-agent/buildkit/grpc/liveness.ts': 'no answer, for whatever reason, is what it counts',
  'guest-agent/engine/containers/streams/streams.ts': "the streams' own events say what has ended",
  'guest-agent/network/names/message.ts': "anyone can send bytes that aren't a query",
  'guest-agent/runtime/heartbeat.ts': 'the process ends, and the log itself has failed',
  'guest-agent/store/kept-file.ts': 'on a full disk, a record has no previous version',
};

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [part: string]: unknown;
}

/**
 * The lines of a file that catch an error and do nothing with it: they neither throw, nor log it,
 * nor look at what it is. A handler that is given by name is judged by its name.
 */
function silentCatches(file: string, text: string): number[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} can't be parsed: ${errors[0]?.message}`);
  return nodesOf(program)
    .filter(isSilent)
    .map(({ start }) => text.slice(0, start).split('\n').length);
}

/** A part of a program with all parts of it. */
function nodesOf(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const parts = Object.values(value).flatMap(nodesOf);
  return isNode(value) ? [value, ...parts] : parts;
}

const isNode = (value: object): value is Node =>
  'type' in value && typeof value.type === 'string' && 'start' in value;

function isSilent(node: Node): boolean {
  if (node.type === 'CatchClause') return ignores(node.body, node.param);
  if (node.type !== 'CallExpression') return false;
  const called = node.callee as Node;
  if (called.type !== 'MemberExpression') return false;
  const handlerAt = ['catch', 'then'].indexOf(String((called.property as Node).name));
  const handler = (node.arguments as readonly Node[])[handlerAt];
  if (handler === undefined || !/^(Arrow)?FunctionExpression$/.test(handler.type)) return false;
  return ignores(handler.body, (handler.params as readonly Node[])[0]);
}

/** Nothing is thrown, and the error is not even named, or has no name. */
function ignores(body: unknown, error: unknown): boolean {
  const names = nodesOf(error).flatMap(nameOf);
  return !nodesOf(body).some(
    (node) => node.type === 'ThrowStatement' || nameOf(node).some((name) => names.includes(name)),
  );
}

const nameOf = (node: Node) => (node.type === 'Identifier' ? [String(node.name)] : []);

describe('a catch', () => {
  const files = roots.flatMap(sources);
  const silent = files.flatMap((file) =>
    silentCatches(file, readFileSync(join(repository, file), 'utf8')).map((line) => ({
      file,
      line,
    })),
  );

  it('throws, logs or tests the error', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(
      silent
        .filter(({ file }) => accepted[file] === undefined)
        .map(({ file, line }) => `${file}:${line}`),
    ).toEqual([]);
  });

  it('is accepted for no file that has none', () => {
    const has = new Set(silent.map(({ file }) => file));
    expect(Object.keys(accepted).filter((file) => !has.has(file))).toEqual([]);
  });

  it.each([
    ['try { a(); } catch {}', 1],
    ['try { a(); } catch { b(); }', 1],
    ['try { a(); } catch (error) { b(); }', 1],
    ['try { a(); } catch { throw new Error(); }', 0],
    ['try { a(); } catch (error) { log(error); }', 0],
    ["try { a(); } catch ({ code }) { if (code !== 'ENOENT') throw again; }", 0],
    ['a().catch(() => {});', 1],
    ['a().catch(() => undefined);', 1],
    ['a().catch(function () {});', 1],
    ['a().then(b, () => false);', 1],
    ['a().then(() => true);', 0],
    ['a().catch((error) => log(error));', 0],
    ['a().catch(ifMissing(undefined));', 0],
    ['a().catch(() => { throw new Error(); });', 0],
  ])('is silent, or not: %s', (text, count) => {
    expect(silentCatches('a.ts', text)).toHaveLength(count);
  });
});
