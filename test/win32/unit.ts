import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../vm-image/run-program.ts';
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
        ...['run', '--project', 'unit', ...options],
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
  // Wine is slow to start processes and to read files: one process runs all test files, and Node itself
  // reads the TypeScript sources. Only Vitest's own loader can replace modules.
  const quick = ['--no-isolate', '--experimental.viteModuleRunner=false'];
  if (chosen) await vitest(args);
  else if (onlyPlatform)
    await vitest([...quick, ...platformDependent, ...args], await mockingFiles());
  else {
    const mocking = await mockingFiles();
    await vitest([...quick, ...all, ...args], mocking);
    await vitest([...mocking, ...args]);
  }
} finally {
  await session.stop();
}

/** The test files that replace modules. */
async function mockingFiles(): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob('electron/**/*.test.ts', { cwd: checkout })) {
    if ((await readFile(join(checkout, file), 'utf8')).includes('vi.mock(')) found.push(file);
  }
  return found.sort();
}
