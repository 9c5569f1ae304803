import { expect, test } from 'vitest';
import { createHypervisorPlatform, hypervisorPlatformScripts } from './hypervisor-platform.ts';

/** A PC whose PowerShell gives this answer, and the scripts that it ran. */
function pc(answer: object | string, stderr = '') {
  const ran: string[] = [];
  const platform = createHypervisorPlatform(async (program, args) => {
    expect(program).toBe('powershell.exe');
    // With an encoded script, PowerShell otherwise writes its errors as XML.
    expect(args.join(' ')).toContain('-OutputFormat Text');
    ran.push(Buffer.from(args.at(-1) ?? '', 'base64').toString('utf16le'));
    const stdout = typeof answer === 'string' ? answer : `${JSON.stringify(answer)}\r\n`;
    return { code: 0, stdout, stderr };
  });
  return { platform, ran };
}

test.each([
  [1, 'on'],
  [2, 'off'],
  [3, 'absent'],
  [4, 'absent'],
])('InstallState %i means that the feature is %s', async (state, expected) => {
  const { platform, ran } = pc({ state });
  expect(await platform.state()).toBe(expected);
  expect(ran).toEqual([hypervisorPlatformScripts.lookScript]);
});

test.each([0, 3010])('a feature that is turned on (%i) needs a restart', async (code) => {
  const { platform, ran } = pc({ code, refusal: '' });
  expect(await platform.turnOn()).toContain('Restart Windows');
  expect(ran).toEqual([hypervisorPlatformScripts.turnOnScript]);
});

test.each([
  [{ code: null, refusal: 'The operation was canceled by the user.' }, 'canceled by the user'],
  [{ code: 740, refusal: '' }, 'DISM ended with code 740'],
])('a refusal %o says how to turn the feature on by hand', async (answer, message) => {
  await expect(pc(answer).platform.turnOn()).rejects.toMatchObject({
    ...{ code: 'machine-failed', message: expect.stringContaining(message) },
    hint: expect.stringContaining('Turn Windows features on or off'),
  });
});

test('a PowerShell that can’t answer is an error, not a feature that is off', async () => {
  const { platform } = pc('', 'Get-CimInstance : Access denied\r\nmore');
  await expect(platform.state()).rejects.toThrow(
    "Can't ask Windows for its features: Get-CimInstance : Access denied",
  );
});
