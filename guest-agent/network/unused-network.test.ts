import { expect, test } from 'vitest';
import { rulesRemoval } from './unused-network.ts';

const listing = `table inet netavark { # handle 2
	chain INPUT { # handle 1
		type filter hook input priority filter; policy accept;
		ip saddr 172.19.0.0/16 meta l4proto { tcp, udp } th dport 53 accept # handle 31
		ip saddr 172.20.0.0/16 meta l4proto { tcp, udp } th dport 53 accept # handle 41
	}
	chain POSTROUTING { # handle 3
		ip saddr 172.19.0.0/16 jump nv_a9f97dea_172_19_0_0_nm16 # handle 33
	}
	chain NETAVARK-ISOLATION-3 { # handle 9
		oifname "br-a9f97dea1234" drop # handle 35
		oifname "br-0123456789ab" drop # handle 45
	}
	chain nv_a9f97dea_172_19_0_0_nm16 { # handle 32
		ip daddr 172.19.0.0/16 accept # handle 36
		ip daddr != 224.0.0.0/4 masquerade # handle 37
	}
	chain nv_a9f97dea_172_19_0_0_nm16_dnat { # handle 39
	}
	chain nv_01234567_172_20_0_0_nm16 { # handle 42
		ip daddr 172.20.0.0/16 accept # handle 46
	}
}
`;

test('removes the rules and chains of one network, and of no other', () => {
  const network = {
    id: 'a9f97dea'.padEnd(64, '0'),
    bridge: 'br-a9f97dea1234',
    subnets: [{ subnet: '172.19.0.0/16' }],
  };
  expect(rulesRemoval(listing, network).split('\n')).toEqual([
    'delete rule inet netavark INPUT handle 31',
    'delete rule inet netavark POSTROUTING handle 33',
    'delete rule inet netavark NETAVARK-ISOLATION-3 handle 35',
    'delete rule inet netavark nv_a9f97dea_172_19_0_0_nm16 handle 36',
    'delete rule inet netavark nv_a9f97dea_172_19_0_0_nm16 handle 37',
    'delete chain inet netavark nv_a9f97dea_172_19_0_0_nm16',
    'delete chain inet netavark nv_a9f97dea_172_19_0_0_nm16_dnat',
  ]);
  expect(rulesRemoval('', network)).toBe('');
});
