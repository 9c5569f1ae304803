import { tryArchive } from './archives/run.ts';
import { archives } from './archives/table.ts';
import { startHostileEngine } from './engine/start.ts';

const [filter] = process.argv.slice(2);
const engine = await startHostileEngine();
let failed = 0;
try {
  for (const archive of archives) {
    if (filter && !new RegExp(filter).test(archive.name)) continue;
    const wrong = await tryArchive(engine, archive);
    if (wrong.length > 0) {
      failed++;
      console.log(`${archive.name}:\n  ${wrong.join('\n  ')}`);
    }
  }
} finally {
  console.log('hostile:', archives.length, 'failed', failed, engine.vitals.summary());
  await engine.stop();
}
