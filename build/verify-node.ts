import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  checkNodePackage,
  type NodeDigest,
  nodeDigestsPath,
  readNodeDigests,
} from './node-digests.ts';
import { publishedDigests } from './published-node.ts';

/**
 * `node build/verify-node.ts`: compares the Node of the installed npm packages with
 * `node-digests.json`.
 *
 * `--published`: compares `node-digests.json` with what nodejs.org serves; with `--write`, and after a
 * change of `version` and `published` there, corrects the digests. `--mirror URL`: asks another place
 * that is laid out in the same way.
 */

const { values } = parseArgs({
  options: {
    published: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    mirror: { type: 'string', default: 'https://nodejs.org/dist' },
  },
});

const digests = await readNodeDigests();
if (values.published) await comparePublished(digests, values.mirror, values.write);
else {
  for (const name of Object.keys(digests)) {
    const directory = join(import.meta.dirname, '../node_modules', name);
    if (!existsSync(directory)) continue;
    await checkNodePackage(name, directory);
    console.log(`verify-node: ${name} is as recorded`);
  }
}

async function comparePublished(
  recorded: Record<string, NodeDigest>,
  mirror: string,
  write: boolean,
): Promise<void> {
  const corrected: Record<string, NodeDigest> = {};
  let differences = 0;
  for (const [name, digest] of Object.entries(recorded)) {
    const published = await publishedDigests(digest, mirror);
    corrected[name] = { ...digest, ...published };
    for (const key of ['publishedSha256', 'sha256'] as const) {
      if (published[key] === digest[key]) continue;
      differences += 1;
      console.error(`${name}: ${key} is ${digest[key]} here, ${published[key]} at ${mirror}`);
    }
  }
  for (const version of new Set(Object.values(recorded).map((digest) => digest.version))) {
    console.log(
      `Not checked: the signature ${mirror}/v${version}/SHASUMS256.txt.sig. To check it, use gpgv and ` +
        'the keys of https://github.com/nodejs/release-keys.',
    );
  }
  if (differences === 0) console.log('All digests are as published.');
  else if (write) {
    await writeFile(nodeDigestsPath, `${JSON.stringify(corrected, null, 2)}\n`);
    console.log(`Wrote ${nodeDigestsPath}`);
  } else process.exitCode = 1;
}
