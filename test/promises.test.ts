import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Biome finds promises that no code awaits, but accepts `void promise` as a decision. A rejection
 * of such a promise ends a process or is lost. The promise needs its own `.catch`, or a reason here
 * why it can't reject. In the page, a rejection does no further harm.
 */
const root = join(import.meta.dirname, '..');

/** Beginnings of expressions that may stand after `void`, by file. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'electron/cli/commands/berth/completion.ts': { 'context.stdout.write': 'writes to a stream' },
  'electron/cli/session/pass-input.ts': { 'sink.end()': 'ends a stream' },
  'electron/host/compose/logs.ts': { 'read(': 'is only ever resolved' },
  'electron/host/supervisor/lifecycle/lifecycle.ts': { 'this.adjust()': 'logs what goes wrong' },
  'electron/host/supervisor/qemu/health.ts': { 'qmp.closed.then(': 'is only ever resolved' },
  'electron/host/notices/notices.ts': { 'Promise.all([this.#follow': 'both run forever' },
  'electron/host/shell/pty.ts': { 'exit.then(': 'is only ever resolved' },
  'electron/host/supervisor/supervisor.ts': {
    'adjustToSettings(': 'tries again and logs',
    'followNames(': 'tries again and logs',
  },
  'electron/host/stats/recording.ts': { 'this.#record(': 'ends the recording in all cases' },
  'electron/main/tray.ts': {
    'followMachine(': 'tries again and logs',
    'followContainers(': 'tries again and logs',
  },
  'electron/web/server.ts': { 'refuse(': 'answers at once' },
  'guest-agent/api/server.ts': {
    'this.#serve(': 'answers with the error',
    'this.#upgrade(': 'answers with the error',
  },
  'guest-agent/engine/containers/streams/streams.ts': {
    'input.then(detach)': 'handles its own failure',
  },
  'guest-agent/engine/lock.ts': { 'this.run(': 'the task resolves only' },
  'guest-agent/main.ts': { 'sweep()': 'logs what goes wrong' },
};

/** The expression after each `void` operator. */
function voided(source: string): string[] {
  const code = source.replace(/^\s*(\/\/|\/?\*).*$/gm, '');
  // A type is followed by punctuation, and an awaited promise has an owner.
  const operators = code.matchAll(/(?<![:<|,\w]\s*)\bvoid\s+(?!\(await\b)(?=[\w#([])/g);
  return [...operators].map(({ index, 0: { length } }) => {
    const start = index + length;
    return code.slice(start, endOfExpression(code, start)).replace(/\s+/g, ' ');
  });
}

function endOfExpression(code: string, start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    const character = code[at] ?? '';
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (depth < 0 || (depth === 0 && ';,'.includes(character))) return at;
  }
  return code.length;
}

const isHandled = (expression: string) =>
  expression.includes('.catch(') || /^(log\.attempt|Promise\.allSettled)\(/.test(expression);

const files = ['electron', 'guest-agent'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !/\.test\.ts$|\/testing\//.test(path)),
);

describe('promises that no code awaits', () => {
  const found = files.flatMap((path) =>
    voided(readFileSync(join(root, path), 'utf8'))
      .filter((expression) => !isHandled(expression))
      .map((expression) => ({ path, expression })),
  );

  it('are handled, or are known never to reject', () => {
    const unowned = found.filter(
      ({ path, expression }) =>
        !Object.keys(exceptions[path] ?? {}).some((beginning) => expression.startsWith(beginning)),
    );
    expect(unowned).toEqual([]);
  });

  it('are found by this test', () => {
    const source = `
      // void inAComment();
      const a: void = undefined; type B = () => void; function c(): Promise<void> {}
      void plain();
      on('x', () => void arrow(1, [2]));
      void handled().catch(log);
      const e = async () => void (await awaited());`;
    expect(voided(source)).toEqual(['plain()', 'arrow(1, [2])', 'handled().catch(log)']);
  });
});
