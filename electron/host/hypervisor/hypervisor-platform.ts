import * as z from 'zod';
import { HostError } from '../base/errors.ts';
import { parseJson } from '../base/parse-json.ts';
import { writeUtf8 } from '../base/power-shell.ts';
import { type ProgramResult, runProgram } from '../base/process.ts';

/** The Windows feature that QEMU needs: the Windows Hypervisor Platform. */
export interface HypervisorPlatform {
  /** `absent`: this edition of Windows doesn't have the feature. */
  state(): Promise<'on' | 'off' | 'absent'>;
  /**
   * Turns the feature on; Windows asks the user for an administrator's permission. Returns what the
   * user must do next. Rejects with HostError if Windows refuses.
   */
  turnOn(): Promise<string>;
}

type Run = (
  program: string,
  args: readonly string[],
  options: { readonly timeoutMs: number },
) => Promise<ProgramResult>;

/** The permission waits for the user, and Windows takes a minute to turn a feature on. */
const turnOnLimitMs = 10 * 60_000;
const lookLimitMs = 30_000;

const turnOnByHand =
  'Turn on "Windows Hypervisor Platform" in "Turn Windows features on or off", then restart Windows.';

/** Everyone may read this; `Get-WindowsOptionalFeature` needs an administrator. */
const lookScript = `
${writeUtf8}
$found = Get-CimInstance Win32_OptionalFeature -Filter "Name='HypervisorPlatform'" -ErrorAction Stop
ConvertTo-Json -Compress @{ state = if ($found) { [int]$found.InstallState } else { 3 } }
`;

/** Starts DISM as an administrator, and waits for DISM. */
const turnOnScript = String.raw`
${writeUtf8}
try {
  $dism = Join-Path $env:SystemRoot 'System32\dism.exe'
  $words = '/Online', '/Enable-Feature', '/FeatureName:HypervisorPlatform', '/All', '/NoRestart', '/Quiet'
  $ended = Start-Process -FilePath $dism -ArgumentList $words -Verb RunAs -WindowStyle Hidden -Wait -PassThru -ErrorAction Stop
  $reply = @{ code = $ended.ExitCode; refusal = '' }
} catch {
  $reply = @{ code = $null; refusal = [string]$_.Exception.Message }
}
ConvertTo-Json -Compress $reply
`;

/** The scripts, for the test that parses them. */
export const hypervisorPlatformScripts = { lookScript, turnOnScript };

/** With an encoded script, PowerShell writes errors as XML (`#< CLIXML`) unless it is asked for text. */
const encodedCommand = [
  ...['-NoLogo', '-NoProfile', '-NonInteractive', '-OutputFormat', 'Text', '-EncodedCommand'],
];

/** WMI's `InstallState`. */
const states: Readonly<Record<number, 'on' | 'off'>> = { 1: 'on', 2: 'off' };
const stateSchema = z.object({ state: z.number() });
const endSchema = z.object({ code: z.number().nullable(), refusal: z.string() });

/** DISM's exit codes for a feature that is on now, or after a restart. */
const succeeded: readonly (number | null)[] = [0, 3010];

/** The feature of this PC; tests replace `run`. */
export function createHypervisorPlatform(run: Run = runProgram): HypervisorPlatform {
  const ask = async <T>(script: string, schema: z.ZodType<T>, timeoutMs: number): Promise<T> => {
    const encoded = Buffer.from(script, 'utf16le').toString('base64');
    const args = [...encodedCommand, encoded];
    const { stdout, stderr } = await run('powershell.exe', args, { timeoutMs });
    const { data } = schema.safeParse(parseJson(stdout));
    if (data) return data;
    const reason = stderr.trim().split('\n')[0] || 'Windows PowerShell gave no answer';
    throw new HostError('machine-failed', `Can't ask Windows for its features: ${reason}`, {
      hint: turnOnByHand,
    });
  };
  return {
    async state() {
      const { state } = await ask(lookScript, stateSchema, lookLimitMs);
      return states[state] ?? 'absent';
    },
    async turnOn() {
      const { code, refusal } = await ask(turnOnScript, endSchema, turnOnLimitMs);
      if (succeeded.includes(code)) {
        return 'Windows Hypervisor Platform is on. Restart Windows, then start the VM.';
      }
      const reason = refusal.trim() || `DISM ended with code ${code}`;
      throw new HostError(
        'machine-failed',
        `Windows didn't turn on the Windows Hypervisor Platform: ${reason}`,
        { hint: `Allow the change when Windows asks for permission. Or: ${turnOnByHand}` },
      );
    },
  };
}
