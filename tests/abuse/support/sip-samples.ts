/** Well-formed SIP of every kind that reaches a desk, to begin a mutation from. */
import { sdp } from '../../support/fake-voice-page.ts';
import { writeSip } from '../../support/sip-text.ts';

/** The ids of a dialog that is up, so that a mutation can hit it. */
export interface LiveDialog {
  readonly callId: string;
  /** The desk's tag. */
  readonly deskTag: string;
  readonly stubTag: string;
}

/** @param contact Request-URI of the desk. */
export function sipSamples(contact: string, dialog: LiveDialog, serial: number): readonly string[] {
  const head = (method: string, cseq: number, inDialog: boolean): readonly string[] => [
    `Via: SIP/2.0/WS stub.invalid;branch=z9hG4bK${serial}${method};rport`,
    'Max-Forwards: 70',
    `From: "Marija Žagar" <sip:+38641555101@stub.test>;tag=${inDialog ? dialog.stubTag : `f${serial}`}`,
    `To: <sip:201@stub.test>${inDialog ? `;tag=${dialog.deskTag}` : ''}`,
    `Call-ID: ${inDialog ? dialog.callId : `fuzz-${serial}@stub`}`,
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:stub@stub.invalid;transport=ws>',
  ];
  const request = (method: string, extra: readonly string[] = [], body = '', inDialog = true) =>
    writeSip(
      `${method} ${contact} SIP/2.0`,
      [...head(method, 1000 + serial, inDialog), ...extra],
      body,
    );
  const response = (status: number, method: string, extra: readonly string[] = [], body = '') =>
    writeSip(`SIP/2.0 ${status} Said`, [...head(method, 1, true), ...extra], body);
  return [
    request(
      'INVITE',
      [
        'P-Asserted-Identity: "Marija" <sip:+38641555101@stub.test>, <tel:+38641555101>',
        'Diversion: <sip:+38616002010@stub.test>;reason=unconditional;counter=1',
        'History-Info: <sip:+38616002010@stub.test>;index=1, <sip:201@stub.test>;index=1.1',
        'Privacy: none',
        'Alert-Info: <http://x.invalid>;info=alert-autoanswer;delay=0',
        'Call-Info: <sip:stub.test>;answer-after=0',
        'X-Queue: internet',
        'X-Queue-Wait: 12',
        'Supported: timer, replaces, 100rel',
        'Session-Expires: 1800;refresher=uac',
        'Min-SE: 90',
        'Allow: INVITE, ACK, BYE, CANCEL, UPDATE, REFER',
      ],
      sdp(),
      false,
    ),
    request('INVITE', ['Replaces: x@y;to-tag=1;from-tag=2', 'Require: replaces'], sdp(), false),
    request('INVITE', ['Subject: a body without its type'], sdp(), false).replace(
      /^Content-Type:.*\r\n/m,
      '',
    ),
    request('INVITE', ['Session-Expires: 90'], sdp({ version: serial })),
    request('INVITE', ['Require: gibberish'], sdp()),
    request('UPDATE', ['Session-Expires: 90;refresher=uas']),
    request('UPDATE', [], sdp({ version: serial })),
    request('INFO', ['Content-Type: application/dtmf-relay'], 'Signal=5\r\nDuration=160\r\n'),
    request('OPTIONS'),
    request('OPTIONS', ['Accept: application/sdp'], '', false),
    request('ACK'),
    request('CANCEL'),
    request('PRACK', ['RAck: 1 1 INVITE']),
    request('REFER', [
      'Refer-To: <sip:202@stub.test?Replaces=a%3Bto-tag%3Db>',
      'Referred-By: <sip:x@y>',
    ]),
    request(
      'NOTIFY',
      [
        'Event: refer;id=1',
        'Subscription-State: active;expires=60',
        'Content-Type: message/sipfrag',
      ],
      'SIP/2.0 180 Ringing\r\n',
    ),
    request(
      'NOTIFY',
      [
        'Event: message-summary',
        'Subscription-State: active;expires=60',
        'Content-Type: application/simple-message-summary',
      ],
      'Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n',
      false,
    ),
    request(
      'NOTIFY',
      ['Event: dialog', 'Subscription-State: active', 'Content-Type: application/dialog-info+xml'],
      '<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" entity="sip:202@stub.test"><dialog id="1"><state>confirmed</state></dialog></dialog-info>',
      false,
    ),
    request('MESSAGE', ['Content-Type: text/plain'], 'dober dan', false),
    request(
      'REGISTER',
      ['Authorization: Digest username="201", realm="stub", nonce="1"'],
      '',
      false,
    ),
    request('BYE', ['Reason: Q.850;cause=16;text="bye"'], '', false),
    response(100, 'INVITE'),
    response(183, 'INVITE', ['Require: 100rel', 'RSeq: 1'], sdp()),
    response(200, 'INVITE', ['Session-Expires: 90;refresher=uac', 'Require: timer'], sdp()),
    response(401, 'REGISTER', [
      'WWW-Authenticate: Digest realm="stub", nonce="abc", qop="auth,auth-int", algorithm=SHA-256',
      'WWW-Authenticate: Digest realm="stub", nonce="abc", qop="auth", algorithm=MD5, stale=true',
    ]),
    response(422, 'INVITE', ['Min-SE: 3600']),
    response(302, 'INVITE', ['Contact: <sip:a@b>;q=0.7, "x" <sip:c@d>;q=0.2']),
    response(491, 'INVITE'),
    response(200, 'REGISTER', [
      'Contact: <sip:201@x.invalid;transport=ws>;expires=300',
      'Service-Route: <sip:r@x;lr>',
    ]),
    response(200, 'SUBSCRIBE', ['Expires: 60']),
    // A response whose CSeq names no method: it throws out of sip.js 0.21.2.
    response(200, 'INVITE').replace(/^CSeq:.*$/m, 'CSeq: 1'),
  ];
}
