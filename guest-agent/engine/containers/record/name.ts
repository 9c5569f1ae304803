import { randomInt } from 'node:crypto';
import { EngineError } from '../../../errors.ts';
import { isName } from '../../../grammar/name.ts';

const moods = `able airy amber bold brave breezy bright brisk calm candid clear clever coral cosy
crisp curious daring eager early easy fair fleet fond free fresh gentle glad golden grand happy
hardy hearty honest jolly keen kind lively loyal lucky mellow merry mighty misty neat nimble noble
patient placid plucky polite proud quick quiet ready rosy rustic salty serene silver smooth snug
sober solid spry steady still sturdy sunny swift tender tidal tidy trim true upbeat vivid warm
wise witty young zesty`.split(/\s+/);

const moored = `albatross anchor atoll barge barnacle bay beacon berth bollard bowline breaker brig
buoy canoe capstan clipper cockle compass coral cove cormorant crane current cutter delta dinghy
dock dolphin dory estuary fathom ferry fjord frigate galley gangway gull halyard harbour haven
heron helm hull inlet islet jetty kayak keel ketch kittiwake lagoon lantern ledger lighthouse
lugger mast mooring narwhal oar osprey otter packet pelican petrel pier pilot plover porpoise port
puffin punt quay raft reef rigging rudder sail schooner seal sextant shoal skiff slipway sloop
sound spar squid starfish sternway swell tern tide tiller trawler tug turtle wake wharf whale
windlass yawl`.split(/\s+/);

/** Generates an unused name such as "calm_lighthouse". */
export function generateName(isTaken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const pick = (words: string[]) => words[randomInt(words.length)] ?? '';
    const name = `${pick(moods)}_${pick(moored)}${attempt < 3 ? '' : randomInt(10 ** (attempt - 2))}`;
    if (!isTaken(name)) return name;
  }
}

/** Throws EngineError 'invalid' in Docker's words. A leading slash is allowed and dropped. */
export function parseName(name: string): string {
  const bare = name.replace(/^\//, '');
  if (!isName(bare)) {
    throw new EngineError(
      'invalid',
      `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    );
  }
  return bare;
}
