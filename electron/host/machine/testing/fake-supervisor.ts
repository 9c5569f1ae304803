import { superviseProcess } from '../../supervisor/process.ts';
import { berthHome } from '../paths.ts';
import { createFakeMachine } from './fake-machine.ts';

/** `supervisor/main.ts` with the fake driver. */
await superviseProcess({
  home: berthHome(),
  name: process.argv[2] ?? 'default',
  idleCheckMs: 50,
  driver: (context) => createFakeMachine(context),
});
