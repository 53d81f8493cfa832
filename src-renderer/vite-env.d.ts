/// <reference types="vite/client" />

interface Window {
  /** Put there by Electron's preload; absent in a browser. */
  readonly centrala?: { readonly host: 'electron' };
}
