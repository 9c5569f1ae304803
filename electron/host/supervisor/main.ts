import { berthHome } from '../home/paths.ts';
import { superviseProcess } from './process.ts';

/** The background process: `supervisor/main.ts NAME`, with `BERTH_HOME` in the environment. */
await superviseProcess({
  home: berthHome(),
  name: process.argv[2] ?? 'default',
});
