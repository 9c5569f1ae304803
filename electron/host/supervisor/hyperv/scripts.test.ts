import { createRequire } from 'node:module';
import { beforeAll, expect, test } from 'vitest';
import { Language, Parser } from 'web-tree-sitter';
import { commandLineScript } from '../../base/process.ts';
import { hypervisorPlatformScripts } from '../../hypervisor/hypervisor-platform.ts';
import { hypervScript, operations } from './scripts.ts';

const { resolve } = createRequire(import.meta.url);
let parser: Parser;

beforeAll(async () => {
  await Parser.init({ locateFile: () => resolve('web-tree-sitter/web-tree-sitter.wasm') });
  parser = new Parser();
  const grammar = resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
  parser.setLanguage(await Language.load(grammar));
});

/** The lines of a script that PowerShell's grammar doesn't allow. */
function mistakes(script: string): string[] {
  const root = parser.parse(script)?.rootNode;
  if (!root) return ['nothing was parsed'];
  if (!root.hasError) return [];
  const found = root.descendantsOfType('ERROR').flatMap((node) => node?.text ?? []);
  return found.length > 0 ? found : ['a token is missing'];
}

test('the grammar finds a broken script', () => {
  expect(mistakes("Get-VM -Name 'a'")).toEqual([]);
  expect(mistakes('if ($x -eq 1) { Get-VM')).not.toEqual([]);
  expect(mistakes("Get-VM -Name 'a")).not.toEqual([]);
  expect(mistakes('@{ a = 1; b = }')).not.toEqual([]);
});

test.each(Object.entries(operations))('%s is PowerShell', (_, script) => {
  expect(mistakes(script)).toEqual([]);
});

test('the question for the command line of a process is PowerShell', () => {
  expect(mistakes(commandLineScript(123))).toEqual([]);
});

test.each(Object.entries(hypervisorPlatformScripts))(
  '%s of the Windows Hypervisor Platform is PowerShell',
  (_, script) => {
    expect(mistakes(script)).toEqual([]);
  },
);

test('the whole script is PowerShell, and each operation gets its values as data', () => {
  expect(mistakes(hypervScript)).toEqual([]);
  for (const script of Object.values(operations)) expect(script.trim()).toMatch(/^param\(\$p\)\n/);
  expect(hypervScript).not.toMatch(/Invoke-Expression|\biex\b/i);
});
