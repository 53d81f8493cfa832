/** The voice page begins here. */
import * as z from 'zod';

// The content security policy forbids eval, and zod probes for it while the contract is being made: so first this, then the rest.
z.config({ jitless: true });

const { startVoicePage } = await import('./voice-page.ts');
const page = startVoicePage();
addEventListener('pagehide', () => page[Symbol.dispose]());
