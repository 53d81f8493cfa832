import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { signIn, startServer } from './support/server-bench.ts';

describe('guessing passwords', () => {
  let postgres: Postgres;
  let server: Awaited<ReturnType<typeof startServer>>;

  beforeAll(async () => {
    postgres = await startPostgres();
    server = await startServer({ database: { kind: 'postgres', url: postgres.url } });
  });
  afterAll(async () => {
    await server?.close();
    await postgres?.stop();
  });

  const from = (address: string, username: string, password: string) =>
    fetch(`${server.address}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ username, password }),
    });

  test('ten wrong ones shut the door for that user from everywhere, also to the right one', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++)
      statuses.push((await from(`10.0.0.${guess}`, 'ana', `wrong-${guess}`)).status);
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.slice(10)).toEqual([429, 429]);
    const right = await from('10.0.1.1', ' ANA ', 'geslo-ana-1');
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await from('10.0.1.1', 'bojan', 'geslo-bojan-1')).status).toBe(200);
  });

  test('guesses sent all at once do not slip through', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, guess) =>
        from(`10.0.2.${guess}`, 'guessed', `wrong-${guess}`),
      ),
    );
    const let_through = answers.filter((one) => one.status === 401);
    expect(let_through.length).toBeLessThanOrEqual(10);
  });

  test('ten wrong ones shut the door for that address, whoever is tried, and for no other', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++)
      statuses.push((await from('10.0.3.1', `user${guess}`, 'wrong-password')).status);
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect((await from('10.0.3.1', 'vodja', 'geslo-vodja-1')).status).toBe(429);
    expect((await from('10.0.3.2', 'vodja', 'geslo-vodja-1')).status).toBe(200);
  });

  test('a whole shift may sign in from one address, each with a slip', async () => {
    for (let round = 0; round < 12; round++)
      expect((await signIn(server.address, 'bojan')).status).toBe(200);
    for (let slip = 0; slip < 3; slip++)
      expect((await signIn(server.address, 'admin', 'wrong-password')).status).toBe(401);
    expect((await signIn(server.address, 'admin')).status).toBe(200);
    const together = await Promise.all(
      Array.from({ length: 8 }, () => signIn(server.address, 'vodja')),
    );
    expect(together.map((one) => one.status)).toEqual(Array.from({ length: 8 }, () => 200));
  });

  test('what is no user name or password is refused unread', async () => {
    for (const body of [
      '{}',
      '{"username":"","password":""}',
      '[]',
      '{"username":{"$ne":1},"password":"x"}',
      `{"username":"${'a'.repeat(5000)}","password":"x"}`,
    ]) {
      const response = await fetch(`${server.address}/api/auth/sign-in/username`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(400);
    }
  });
});
