/** What jsdom lacks and Mantine needs; and one clean document for each test. */
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

class QuietObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return [];
  }
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

define(globalThis, 'ResizeObserver', QuietObserver);
define(globalThis, 'IntersectionObserver', QuietObserver);
define(window, 'matchMedia', (query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  addListener: () => undefined,
  removeListener: () => undefined,
  dispatchEvent: () => false,
}));
// jsdom lays nothing out; a popover whose target has no place on the screen would hide itself.
define(Element.prototype, 'getBoundingClientRect', () => new DOMRect(10, 10, 100, 20));
define(document.documentElement, 'clientWidth', 1280);
define(document.documentElement, 'clientHeight', 800);
define(Element.prototype, 'scrollIntoView', () => undefined);
define(window, 'scrollTo', () => undefined);
define(HTMLElement.prototype, 'scrollTo', () => undefined);
if (!('fonts' in document))
  define(document, 'fonts', {
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });

afterEach(cleanup);
