import { expect, test } from 'vitest';
import { freeSubnet } from '../abuse/support/free-subnet.ts';

const bridge = (subnet: string) =>
  `65: abr1    inet ${subnet}.1/24 scope global abr1\\ valid_lft forever`;

test('is begun at the number that is given', () => {
  expect(freeSubnet('', 76)).toBe('10.213.77');
});

test('steps over what another bridge has, and not over its namesake', () => {
  expect(freeSubnet(bridge('10.213.77'), 76)).toBe('10.213.78');
  expect(freeSubnet(bridge('10.213.7'), 76)).toBe('10.213.77');
  expect(freeSubnet(bridge('10.213.254'), 253)).toBe('10.213.1');
});

test('says what to do when all are taken', () => {
  const all = Array.from({ length: 254 }, (_, at) => bridge(`10.213.${at + 1}`)).join('\n');
  expect(() => freeSubnet(all, 12)).toThrow('ip link del');
});
