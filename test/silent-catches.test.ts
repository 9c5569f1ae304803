import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAst } from 'vite';
import { expect, it } from 'vitest';

/**
 * Nothing that goes wrong goes wrong in silence. Whatever catches an error throws it on, reads it
 * (what for is the reader's to judge: a code, a message for the user) or leaves a line in the log.
 */
const root = join(import.meta.dirname, '..');
const roots = ['electron', 'renderer'];

/** A node of the syntax tree, as ESTree has it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

function* within(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node).flat()) if (isNode(value)) yield* within(value);
}

/** What handles an error, and the name or pattern by which it is known there. */
interface Handler {
  readonly start: number;
  readonly parameter: unknown;
  readonly body: Node;
}

/** The handler that a node is or passes on: `catch {}`, `.catch(() => {})`, `.then(done, () => {})`. */
function handlerOf(node: Node): Handler | undefined {
  if (node.type === 'CatchClause' && isNode(node.body)) {
    return { start: node.start, parameter: node.param, body: node.body };
  }
  if (node.type !== 'CallExpression' || !isNode(node.callee) || !Array.isArray(node.arguments)) {
    return undefined;
  }
  const { property } = node.callee;
  const method = isNode(property) ? property.name : undefined;
  const [first, second]: unknown[] = node.arguments;
  const handler = method === 'catch' ? first : method === 'then' ? second : undefined;
  if (!isNode(handler) || !isNode(handler.body) || !Array.isArray(handler.params)) return undefined;
  return { start: handler.start, parameter: handler.params[0], body: handler.body };
}

function isSilent({ parameter, body }: Handler): boolean {
  const names = isNode(parameter)
    ? [...within(parameter)].filter(({ type }) => type === 'Identifier').map(({ name }) => name)
    : [];
  return ![...within(body)].some(
    (node) =>
      node.type === 'ThrowStatement' ||
      (node.type === 'Identifier' && (names.includes(node.name) || node.name === 'log')),
  );
}

/** The lines of the catches that are silent. */
function silentCatches(source: string, lang: 'ts' | 'tsx' = 'ts'): number[] {
  const program: unknown = parseAst(source, { lang });
  if (!isNode(program)) throw new Error('No program');
  return [...within(program)]
    .map(handlerOf)
    .filter((handler) => handler !== undefined)
    .filter(isSilent)
    .map(({ start }) => source.slice(0, start).split('\n').length);
}

const files = roots.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !/\.test\.tsx?$|\/testing\//.test(path)),
);

it('every catch throws, reads the error or logs', () => {
  const found = files.flatMap((path) =>
    silentCatches(readFileSync(join(root, path), 'utf8'), path.endsWith('x') ? 'tsx' : 'ts').map(
      (line) => `${path}:${line}`,
    ),
  );
  expect(found).toEqual([]);
});

it('silent ones are found', () => {
  const source = `
    try { a(); } catch {}
    try { a(); } catch (error) { c = 1; }
    b().catch(() => undefined);
    b().then(use, (error) => []);
    b().catch(async function () { await c(); });
    try { a(); } catch (error) { if (error.code !== 'ENOENT') fail(error); }
    try { a(); } catch { throw new Error('b'); }
    b().catch(({ code }) => code);
    b().catch(unlessMissing);
    b().catch(() => log.debug('b'));
    z.string().catch('c');`;
  expect(silentCatches(source)).toEqual([2, 3, 4, 5, 6]);
});
