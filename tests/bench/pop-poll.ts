/**
 * The peer of `pop`: a page that asks its server each second whether a call is there (what VICIdial's agent screen does) and
 * writes the customer into the document. Its server answers from memory: the lookup in a base costs it nothing.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Customer } from '#shared/model/customer.ts';
import { epochMs } from '../support/epoch-ms.ts';
import { clockDifference, expectCard, launchBrowser, watchPage } from './pop-page.ts';

export interface PollingPeer extends AsyncDisposable {
  /** Milliseconds from the call's arrival at the server until its card is painted. */
  pop(customer: Customer): Promise<number>;
}

const html = `<!doctype html><meta charset="utf-8"><title>Poll</title>
<main id="card"></main>
<script>
  const card = document.getElementById('card');
  let shown = null;
  setInterval(async () => {
    const { customer } = await (await fetch('/call', { cache: 'no-store' })).json();
    if (customer?.customerId === shown) return;
    shown = customer?.customerId;
    card.replaceChildren(...(customer ? [line('h2', customer.name), line('p', customer.numbers[0].number),
      line('p', customer.address?.street ?? ''), line('p', customer.note)] : []));
  }, 1000);
  function line(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }
</script>`;

export async function startPollingPeer(): Promise<PollingPeer> {
  let ringing: Customer | null = null;
  const server = createServer((request, response) => {
    if (request.url === '/call')
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ customer: ringing }));
    else response.setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await watchPage(page);
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const ahead = await clockDifference(page);
  if (Math.abs(ahead) > 2)
    process.stderr.write(`the polling page's clock is ${ahead.toFixed(1)} ms off\n`);
  return {
    async pop(customer) {
      const { seen } = await expectCard(page, customer.name, ['#card h2']);
      const at = epochMs();
      ringing = customer;
      const { painted } = await seen;
      ringing = null;
      await page.evaluate(() => window.popWatch.gone('#card h2'));
      return painted - at;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
