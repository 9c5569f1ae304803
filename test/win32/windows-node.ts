import { startSession } from './wine/session.ts';

/**
 * Runs the Windows build of Node under wine: `npm run windows-node -- -p process.platform`. The host's files
 * are on drive Z.
 */
const session = await startSession();
try {
  const { exitCode } = await session.node(process.argv.slice(2), {
    onOutput: (text) => process.stdout.write(text),
  });
  process.exitCode = exitCode ?? 1;
} finally {
  await session.stop();
}
