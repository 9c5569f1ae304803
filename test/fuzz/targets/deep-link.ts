import { placeSchema } from '../../../electron/api/navigation.ts';
import { linkAmong, readLink } from '../../../electron/main/deep-link.ts';
import { parseReference } from '../../../guest-agent/grammar/reference.ts';
import { Mismatch, type Target } from '../target.ts';

/** `berth://` links, which any web page can open. */
export const deepLink: Target = {
  seeds: [
    'berth://run?image=alpine:3',
    'berth://run?image=ghcr.io/a/b@sha256:0123&x=y',
    'berth://run/?image=%2e%2e/x',
    'BERTH://RUN?image=a#b',
  ],
  words: ['berth://', 'run', '?image=', '&', '%2f', '--privileged', '#', '//', '@', '%00'],
  read(input) {
    const text = input.toString();
    for (const link of [readLink(text), linkAmong(['berth', '--x', text])]) {
      if (link === undefined) continue;
      placeSchema.parse({ path: link.path });
      const image = new URLSearchParams(link.path.replace(/^[^?]*/, '')).get('image');
      if (image !== link.image || image.startsWith('-'))
        throw new Mismatch(`another image: ${image}`);
      parseReference(image);
    }
  },
};
