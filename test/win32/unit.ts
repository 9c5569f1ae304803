import { join } from 'node:path';
import { runProgram } from '../../vm-image/run-program.ts';
import { mockingFiles } from '../mocking-files.ts';
import { leftOut } from './left-out.ts';
import { platformDependent } from './platform-dependent.ts';
import { checkout } from './wine/cache.ts';
import { startSession, windowsPath } from './wine/session.ts';

/**
 * Runs unit tests of the host's code with the Windows build of Node under wine. With `--platform`, only those
 * that depend on the system. Other arguments are Vitest's.
 */
const session = await startSession();
try {
  const words = process.argv.slice(2);
  const onlyPlatform = words.includes('--platform');
  const args = words.filter((word) => word !== '--platform');
  const chosen = args.some((arg) => !arg.startsWith('-'));
  const all = [
    'electron/',
    'guest-agent/grammar/',
    'guest-agent/contract/',
    'guest-agent/testing/',
  ];
  if (!chosen && !onlyPlatform) {
    for (const [reason, files] of Object.entries(leftOut)) {
      console.log(`win32: skipped, because ${reason}: ${files.join(', ')}`);
    }
  }
  const program = join(session.shared, 'stand-in-program.exe');
  const source = join(import.meta.dirname, 'stand-in-program.c');
  await runProgram('x86_64-w64-mingw32-gcc', [
    '-O1',
    '-Wall',
    '-Werror',
    '-s',
    '-o',
    program,
    source,
  ]);
  const vitest = async (options: readonly string[], excluded: readonly string[] = []) => {
    const { exitCode } = await session.node(
      [
        windowsPath(`${checkout}/node_modules/vitest/vitest.mjs`),
        ...['run', '--project', 'unit', '--project', 'unit-isolated', ...options],
      ],
      {
        env: {
          ...{ CI: '1', BERTH_TEST_PROGRAM: windowsPath(program) },
          // Vitest's own `--exclude` says nothing to projects.
          BERTH_TEST_EXCLUDE: excluded.join(','),
        },
        onOutput: (text) => process.stdout.write(text),
      },
    );
    if (exitCode !== 0) process.exitCode = exitCode ?? 1;
  };
  if (chosen) await vitest(args);
  else if (onlyPlatform) await vitest([...platformDependent, ...args], mockingFiles());
  else {
    const mocking = mockingFiles();
    await vitest([...all, ...args], mocking);
    await vitest([...mocking, ...args]);
  }
} finally {
  await session.stop();
}
