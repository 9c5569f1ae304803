import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../../electron/host/base/atomic-file.ts';
import { nameOf, type PackageTarget, packageTargets, targetNamed } from '../package/targets.ts';
import { gatherHypervisor, withoutHypervisor } from './gather.ts';
import { homebrewArchives } from './homebrew.ts';
import { completePins, type Pins, pinsPath, readPins } from './pins.ts';

/**
 * `npm run hypervisors`: gathers QEMU or vfkit for the package of this system, into
 * `dist/hypervisors/<target>`, where `npm run package` finds it.
 *
 * `--target NAME`: another target, or `all`. The programs for macOS need a Mac, whose tools change and
 * sign them. Those for Windows need 7-Zip (`7z`).
 *
 * `--update-pins`: records the present versions and digests of Homebrew in `pins.json` instead. Check
 * the change before you commit it: later runs trust these digests.
 */

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: `${process.platform}-${process.arch}` },
    'update-pins': { type: 'boolean', default: false },
  },
});
const dist = join(import.meta.dirname, '../../dist/hypervisors');
const targets = values.target === 'all' ? packageTargets : [targetNamed(values.target)];

const pins = await readPins();
for (const target of targets) {
  if (values['update-pins']) await updatePins(pins, target);
  else await gather(pins, target);
}

async function gather(all: Pins, target: PackageTarget): Promise<void> {
  const wanted = completePins(all, target);
  if (!wanted) {
    console.log(`hypervisors: ${withoutHypervisor(target)}`);
    return;
  }
  if (target.platform === 'darwin' && process.platform !== 'darwin') {
    throw new Error(`The hypervisor of ${nameOf(target)} needs the tools of macOS. Use a Mac.`);
  }
  await gatherHypervisor({
    ...{ target, pins: wanted, cache: join(dist, 'cache') },
    output: join(dist, nameOf(target)),
  });
}

async function updatePins(all: Pins, target: PackageTarget): Promise<void> {
  const found = all[nameOf(target)];
  if (!found || found.formulae.length === 0) {
    console.log(`hypervisors: the pins of ${nameOf(target)} are written by hand`);
    return;
  }
  all[nameOf(target)] = {
    ...found,
    archives: await homebrewArchives(found.formulae, target.arch),
  };
  await writeFileAtomic(pinsPath, `${JSON.stringify(all, null, 2)}\n`);
  console.log(`hypervisors: recorded the pins of ${nameOf(target)} in ${pinsPath}`);
}
