import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../src-server/configuration.ts';

describe('the environment', () => {
  test('says nothing: the embedded base, on loopback, port 8070', () => {
    expect(readConfiguration({ CENTRALA_SERVER_DATA: '/data', CENTRALA_CENTRE: ' ' })).toEqual({
      host: '127.0.0.1',
      port: 8070,
      dataFolder: '/data',
      database: { kind: 'folder', folder: '/data' },
      centreFile: null,
      exchange: null,
      logLevel: 'info',
      proxies: 'loopback',
      endsWithParent: false,
    });
  });

  test.each([
    ['DATABASE_URL', 'mysql://root:tajno@x/y'],
    ['CENTRALA_SERVER_PORT', 'http'],
    ['CENTRALA_SERVER_PORT', '70000'],
    ['CENTRALA_LOG', 'loud'],
    ['CENTRALA_EXCHANGE', 'pbx'],
  ])('%s set to "%s" is refused by its name', (name, value) => {
    expect(() => readConfiguration({ [name]: value })).toThrow(new RegExp(`${name}(?!.*tajno)`));
  });
});
