/** The operator's line: whether the exchange can reach this desk, told truly. */
import * as z from 'zod';

/** The first word of LineState.detail where the problem is the certificate. */
export const CertificateFault = z.enum([
  'expired',
  'not-yet-valid',
  'wrong-name',
  'self-signed',
  'unknown-authority',
  'weak',
  'revoked',
  'invalid',
]);
export type CertificateFault = z.infer<typeof CertificateFault>;

export const LineState = z.object({
  /** idle: nobody signed in · connecting · registered · lost: trying again by itself · refused: a person must act */
  phase: z.enum(['idle', 'connecting', 'registered', 'lost', 'refused']),
  /** Extension as people dial it, e.g. "201". */
  extension: z.string().nullable(),
  /** Why it is lost or refused. */
  problem: z
    .enum(['unreachable', 'certificate', 'credentials', 'rejected', 'timeout', 'gone', 'moved'])
    .nullable(),
  /**
   * The exchange's own words, for the ladder and support; never shown alone. Of a certificate: a CertificateFault, then "; for
   * NAMES; by ISSUER; valid DATE to DATE; SHA-256 FINGERPRINT".
   */
  detail: z.string().nullable(),
  /** When the next try is due (ISO 8601, UTC). */
  retryAt: z.iso.datetime().nullable(),
});
export type LineState = z.infer<typeof LineState>;

/** What the server hands the desk to register with. The secret never reaches a page or a log. */
export const LineAccount = z.object({
  extension: z.string().min(1).max(40),
  sipUser: z.string().min(1).max(100),
  secret: z.string().min(1).max(200),
  /** ws:// or wss:// address of the exchange. */
  exchange: z.url({ protocol: /^wss?$/ }),
  /** SIP domain of the address of record. */
  domain: z.string().min(1).max(200),
  displayName: z.string().max(100),
  /** STUN and TURN servers, as RTCIceServer wants them. */
  iceServers: z.array(
    z.object({
      urls: z.array(z.string()),
      username: z.string().optional(),
      credential: z.string().optional(),
    }),
  ),
  /** Put before a public number to reach the city, e.g. "0" or "". */
  outsidePrefix: z.string().max(10),
  /** Extensions whose lines are watched (dialog events, RFC 4235): colleagues one transfers to. */
  watches: z.array(z.string().max(40)).max(100).default([]),
});
export type LineAccount = z.infer<typeof LineAccount>;

/** What the exchange tells of this line's mailbox (RFC 3842) and of the lines watched (RFC 4235). */
export const LineLights = z.object({
  /** null: the exchange has no mailbox for this line, or has not answered. */
  mailbox: z.object({ waiting: z.boolean(), fresh: z.int(), old: z.int() }).nullable(),
  /** stale: the subscription ended or could not be renewed; the state is what was last heard. */
  colleagues: z.array(
    z.object({
      extension: z.string(),
      state: z.enum(['idle', 'ringing', 'talking', 'unknown']),
      stale: z.boolean(),
    }),
  ),
});
export type LineLights = z.infer<typeof LineLights>;
