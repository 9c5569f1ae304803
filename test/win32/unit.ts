import { leftOut } from './left-out.ts';
import { checkout } from './wine/cache.ts';
import { startSession, windowsPath } from './wine/session.ts';

/** Runs unit tests of the host's code with the Windows build of Node under wine. Arguments are Vitest's. */
const session = await startSession();
try {
  const args = process.argv.slice(2);
  const chosen = args.some((arg) => !arg.startsWith('-'));
  const all = [
    'electron/',
    'guest-agent/grammar/',
    'guest-agent/contract/',
    'guest-agent/testing/',
  ];
  if (!chosen) {
    for (const [reason, files] of Object.entries(leftOut)) {
      console.log(`win32: skipped, because ${reason}: ${files.join(', ')}`);
    }
  }
  const { exitCode } = await session.node(
    [
      ...[windowsPath(`${checkout}/node_modules/vitest/vitest.mjs`), 'run', '--project', 'unit'],
      ...(chosen ? [] : all),
      ...args,
    ],
    { env: { CI: '1' }, onOutput: (text) => process.stdout.write(text) },
  );
  process.exitCode = exitCode ?? 1;
} finally {
  await session.stop();
}
