import { filters, flag, integer } from '../../../guest-agent/api/query.ts';
import { parseTime } from '../../../guest-agent/engine/filters.ts';
import { parseCpus } from '../../../guest-agent/grammar/cpus.ts';
import {
  parseDevice,
  parseDeviceWeight,
  parseOperations,
  parseThrottle,
} from '../../../guest-agent/grammar/device.ts';
import { formatDuration, parseDuration } from '../../../guest-agent/grammar/duration.ts';
import { parseExtraHost } from '../../../guest-agent/grammar/extra-host.ts';
import { parseLink } from '../../../guest-agent/grammar/link.ts';
import { formatMount, parseMount } from '../../../guest-agent/grammar/mount.ts';
import { parseNetwork } from '../../../guest-agent/grammar/network.ts';
import { parseNetworkRate } from '../../../guest-agent/grammar/network-rate.ts';
import {
  parseExposed,
  parsePort,
  parsePublish,
  portBindings,
} from '../../../guest-agent/grammar/port.ts';
import { parseRestartPolicy } from '../../../guest-agent/grammar/restart-policy.ts';
import { quoteWords, splitWords } from '../../../guest-agent/grammar/shell-words.ts';
import { formatSize, parseSize, sizeOf } from '../../../guest-agent/grammar/size.ts';
import { parseUlimit } from '../../../guest-agent/grammar/ulimit.ts';
import { formatVolume, parseVolume, splitVolume } from '../../../guest-agent/grammar/volume.ts';
import { parsePlatform } from '../../../guest-agent/registry/platform.ts';
import { Mismatch, type Target, tryAll } from '../target.ts';

/** Docker's own nouns, as flags, Compose files and the API have them. */
export const grammar: Target = {
  seeds: [
    ...['8080:80', '127.0.0.1:8000-8010:80-90/udp', '[::1]::80', '80/tcp', '53/sctp', '0-65535'],
    ...[
      'type=bind,source=/a,target=/b,readonly',
      'type=tmpfs,dst=/t,tmpfs-size=64m,tmpfs-mode=1770',
    ],
    ...[
      'type=volume,src=v,dst=/d,volume-opt=type=nfs,"volume-opt=o=addr=1.2.3.4,rw"',
      '/a:/b:ro,z',
    ],
    ...['data:/d', 'C:\\a:/b:rw', '\\\\host\\share:/x', './x:/y:rshared', '/only', '1g', '1.5GiB'],
    ...['64kb', '1h2m3.5s', '300ms', '1d', '-1us', 'nofile=1024:2048', 'unless-stopped'],
    ...[
      'on-failure:5',
      'host:1.2.3.4',
      'host=host-gateway',
      '/dev/a:/dev/b:rwm',
      'a:b',
      '/dev/x:50',
    ],
    ...['/dev/sda:10mb', 'name=net,ip=10.0.0.2,alias=a,driver-opt=x=y', 'egress=10mbit,ingress=1g'],
    ...[
      'sh -c "printf \'a\\nb\'" \\x $HOME',
      '1.5',
      'linux/arm64/v8',
      '2026-01-02T03:04:05Z',
      '10m',
    ],
    ...[
      'filters={"label":["a=b"],"name":{"x":true}}&all=1&tail=10&since=1.5',
      '1700000000.123456789',
    ],
  ],
  maxBytes: 64 << 10,
  words: [
    ':',
    '/udp',
    '-',
    ',',
    '=',
    '"',
    'type=',
    'target=',
    'ro',
    '0',
    '::',
    '[',
    ']',
    'filters=',
  ],
  read(input) {
    const text = input.toString();
    const query = new URLSearchParams(text);
    const words = splitWords(text);
    if (words !== undefined) {
      const again = splitWords(quoteWords(words));
      if (JSON.stringify(again) !== JSON.stringify(words)) throw new Mismatch(`words of ${text}`);
    }
    splitVolume(text);
    sizeOf(text);
    const duration = parseDuration(text);
    if (duration !== undefined) formatDuration(duration);
    flag(query, 'all');
    tryAll([
      () => portBindings(parsePublish(text)),
      () => parseExposed(text),
      () => parsePort(text),
      () => formatMount(parseMount(text)),
      () => formatVolume(parseVolume(text)),
      () => formatSize(parseSize(text)),
      () => parseUlimit(text),
      () => parseRestartPolicy(text),
      () => parseExtraHost(text),
      ...[parseDevice, parseDeviceWeight, parseThrottle, parseOperations].map(
        (parse) => () => parse(text),
      ),
      () => parseNetwork(text),
      () => parseNetworkRate(text),
      () => parseLink(text),
      () => parseCpus(text),
      () => parsePlatform(text),
      () => parseTime(text),
      () => filters(query),
      () => integer(query, 'tail'),
    ]);
  },
};
