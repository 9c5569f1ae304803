import { expect, test } from 'vitest';
import { proxyEnvironment } from './proxy-environment.ts';

test('each proxy is set in both cases, as containers reach it', () => {
  const config = {
    proxies: {
      default: { httpProxy: 'http://127.0.0.1:3128', noProxy: 'localhost,.corp', httpsProxy: '' },
      'tcp://elsewhere:2375': { httpProxy: 'http://other.example' },
    },
  };
  expect(proxyEnvironment(config, ['http_proxy'])).toEqual({
    HTTP_PROXY: 'http://host.docker.internal:3128',
    NO_PROXY: 'localhost,.corp',
    no_proxy: 'localhost,.corp',
  });
  expect(proxyEnvironment({}, [])).toEqual({});
});
