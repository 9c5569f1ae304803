import { expect, test } from 'vitest';
import { commandLineScript } from '../../base/process.ts';
import { hypervisorPlatformScripts } from '../../hypervisor/hypervisor-platform.ts';
import { hypervScript, operations } from './scripts.ts';
import { powershellGrammar } from './testing/powershell-grammar.ts';

const mistakes = await powershellGrammar();

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
