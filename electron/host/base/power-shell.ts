/** Makes PowerShell write UTF-8. By default it writes the console's code page, which garbles letters such as ü. */
export const writeUtf8 = '[Console]::OutputEncoding = New-Object Text.UTF8Encoding $false';

/** The arguments of `powershell.exe` for a script whose output a program reads. */
export const powerShellArguments = (script: string): string[] => [
  ...['-NoLogo', '-NoProfile', '-NonInteractive', '-Command'],
  `$ProgressPreference = 'SilentlyContinue'; ${writeUtf8}; ${script}`,
];
