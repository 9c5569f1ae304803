import { join } from 'node:path';
import { runProgram } from '../../vm-image/run-program.ts';
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
  const { exitCode } = await session.node(
    [
      ...[windowsPath(`${checkout}/node_modules/vitest/vitest.mjs`), 'run', '--project', 'unit'],
      // Wine is slow to start processes and to read files: one process runs all test files, and Node
      // itself reads the TypeScript sources.
      ...['--no-isolate', '--experimental.viteModuleRunner=false'],
      ...(chosen ? [] : all),
      ...args,
    ],
    {
      env: { CI: '1', BERTH_TEST_PROGRAM: windowsPath(program) },
      onOutput: (text) => process.stdout.write(text),
    },
  );
  process.exitCode = exitCode ?? 1;
} finally {
  await session.stop();
}
