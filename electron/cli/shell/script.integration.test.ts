import { expect, test } from 'vitest';
import { runProgram } from '../../host/base/process.ts';
import { environmentScript, type Shell } from './script.ts';

/** Runs the scripts in real shells, with a value that needs quotes. */
const value = `a 'b' "c" $d \`e\` \\f %g% !h &i ;#`;

const programs: readonly [Shell, string, readonly string[]][] = [
  ['bash', 'bash', ['--norc', '-c']],
  ['zsh', 'zsh', ['-f', '-c']],
  ['fish', 'fish', ['--no-config', '-c']],
  ['bash', 'sh', ['-c']],
];

test.each(programs)('%s, run by %s, sets exactly the value, and unsets it', async (...shell) => {
  const [name, program, args] = shell;
  const print = `\nenv -0`;
  const set = await runProgram(program, [...args, environmentScript(name, { ODD: value }) + print]);
  expect(set.stdout.split('\0')).toContain(`ODD=${value}`);
  const script =
    environmentScript(name, { ODD: value }) + environmentScript(name, { ODD: undefined });
  const unset = await runProgram(program, [...args, script + print]);
  expect(unset.stdout).not.toContain('ODD=');
  expect(unset.code).toBe(0);
});
