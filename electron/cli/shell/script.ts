import { quoted } from '../../../guest-agent/grammar/shell-words.ts';

/** Shells that `berth env` supports. */
export const shells = ['bash', 'zsh', 'fish', 'powershell', 'cmd'] as const;
export type Shell = (typeof shells)[number];

/** Lines that set variables in a shell, or unset variables that are undefined. */
export function environmentScript(
  shell: Shell,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const lines = Object.entries(variables).map(([name, value]) =>
    value === undefined ? unset[shell](name) : set[shell](name, value),
  );
  return `${lines.join('\n')}\n`;
}

/** A comment with the line that evaluates the output of `command` in the shell. */
export function usageComment(shell: Shell, command: string): string {
  return {
    bash: `# eval "$(${command})"`,
    zsh: `# eval "$(${command})"`,
    fish: `# ${command} | source`,
    powershell: `# ${command} | Out-String | Invoke-Expression`,
    cmd: `REM @FOR /f "tokens=*" %i IN ('${command}') DO @%i`,
  }[shell];
}

const fishQuoted = (value: string) => `'${value.replace(/[\\']/g, '\\$&')}'`;

const setPosix = (name: string, value: string) => `export ${name}=${quoted(value)}`;
const set: Readonly<Record<Shell, (name: string, value: string) => string>> = {
  bash: setPosix,
  zsh: setPosix,
  fish: (name, value) => `set -gx ${name} ${fishQuoted(value)}`,
  powershell: (name, value) => `$Env:${name} = ${quoted(value, 'powershell')}`,
  // The quotes are not part of the value. FOR runs the line without looking for %VARIABLES%.
  cmd: (name, value) => `SET "${name}=${value}"`,
};

const unsetPosix = (name: string) => `unset ${name}`;
const unset: Readonly<Record<Shell, (name: string) => string>> = {
  bash: unsetPosix,
  zsh: unsetPosix,
  fish: (name) => `set -e ${name}`,
  powershell: (name) => `Remove-Item -ErrorAction SilentlyContinue Env:${name}`,
  cmd: (name) => `SET "${name}="`,
};
