import { checkout } from './wine/cache.ts';
import { startSession, windowsPath } from './wine/session.ts';

/** Runs the unit tests of the host's code with the Windows build of Node under wine. */
const session = await startSession();
try {
  const args = process.argv.slice(2);
  const files = args.some((arg) => !arg.startsWith('-'))
    ? []
    : ['electron/', 'guest-agent/grammar/', 'guest-agent/contract/', 'guest-agent/testing/'];
  const { exitCode } = await session.node(
    [
      windowsPath(`${checkout}/node_modules/vitest/vitest.mjs`),
      'run',
      '--project',
      'unit',
      ...files,
      ...args,
    ],
    { env: { CI: '1' }, onOutput: (text) => process.stdout.write(text) },
  );
  process.exitCode = exitCode ?? 1;
} finally {
  await session.stop();
}
