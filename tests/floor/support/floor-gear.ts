/** The gear that vitest's global setup has found (floor-setup.ts). */
import { inject } from 'vitest';
import type { HouseGear } from './house.ts';

export function floorGear(): HouseGear {
  return {
    repository: inject('repository'),
    asteriskRoot: inject('asteriskRoot'),
    chromium: inject('chromium'),
    folder: inject('floorFolder'),
  };
}
