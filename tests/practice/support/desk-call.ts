/** One call of a hand-written desk. */
import type { Desk } from './desk.ts';
import { Ear } from './ear.ts';
import { field, method, status } from './wire.ts';
import type { Message } from './wire.ts';

/** One dialog, as the desk sees it. */
export class DeskCall {
  readonly ear = new Ear();
  readonly desk: Desk;
  readonly callId: string;
  readonly local: string;
  remote: string;
  target: string;
  sequence: number;
  invite: Message | null = null;

  constructor(
    desk: Desk,
    parts: { callId: string; local: string; remote: string; target: string; sequence: number },
  ) {
    this.desk = desk;
    this.callId = parts.callId;
    this.local = parts.local;
    this.remote = parts.remote;
    this.target = parts.target;
    this.sequence = parts.sequence;
  }

  /** A request inside the dialog; its final response. */
  async request(
    name: string,
    body = '',
    type = 'application/sdp',
    head: Readonly<Record<string, string>> = {},
  ): Promise<Message> {
    this.sequence += 1;
    const number = this.sequence;
    this.desk.wire.send(
      this.desk.build(
        name,
        this.target,
        {
          From: this.local,
          To: this.remote,
          'Call-ID': this.callId,
          CSeq: `${number} ${name}`,
          Contact: this.desk.contact,
          ...(body === '' ? {} : { 'Content-Type': type }),
          ...head,
        },
        body,
      ),
    );
    const answer = await this.desk.wire.next(
      `answer to ${name}`,
      (one) =>
        status(one) >= 200 &&
        field(one, 'cseq') === `${number} ${name}` &&
        field(one, 'call-id') === this.callId,
    );
    if (name === 'INVITE') this.acknowledge(number, answer);
    return answer;
  }

  /** REFER; its final response. */
  refer(to: string): Promise<Message> {
    return this.request('REFER', '', '', {
      'Refer-To': to,
      'Referred-By': `<sip:${this.desk.user}@practice.test>`,
    });
  }

  /** What the exchange reports of our REFER, answered, up to the final status. */
  async reports(): Promise<readonly string[]> {
    const reports: string[] = [];
    for (;;) {
      const notify = await this.told('NOTIFY');
      reports.push(notify.body.trim());
      if (field(notify, 'subscription-state').startsWith('terminated')) return reports;
    }
  }

  /** The next request of that name in this dialog, answered 200. */
  async told(name: string, body = '', ms = 15_000): Promise<Message> {
    const request = await this.desk.wire.next(
      name,
      (one) => one.start.startsWith(`${name} `) && field(one, 'call-id') === this.callId,
      ms,
    );
    this.desk.reply(
      request,
      200,
      'OK',
      '',
      body === '' ? {} : { Contact: this.desk.contact, 'Content-Type': 'application/sdp' },
      body,
    );
    return request;
  }

  /** The value of Replaces that names this call, as the exchange sees it (RFC 3891 §3). */
  get replaces(): string {
    const tag = (address: string): string => /;tag=([^;]+)/.exec(address)?.[1] ?? '';
    return `${this.callId};to-tag=${tag(this.remote)};from-tag=${tag(this.local)}`;
  }

  acknowledge(number: number, answer: Message): void {
    this.desk.wire.send(
      this.desk.build('ACK', this.target, {
        From: this.local,
        To: field(answer, 'to'),
        'Call-ID': this.callId,
        CSeq: `${number} ACK`,
      }),
    );
  }

  /** re-INVITE with the given direction; the direction of the answer. */
  async reinvite(direction: string): Promise<string> {
    const sdp = (await this.ear.peer.offer()).replace(
      /a=(sendrecv|sendonly|recvonly|inactive)/,
      `a=${direction}`,
    );
    const answer = await this.request('INVITE', sdp);
    if (status(answer) !== 200) throw new Error(answer.start);
    await this.ear.peer.accept(answer.body);
    return /a=(sendrecv|sendonly|recvonly|inactive)/.exec(answer.body)?.[1] ?? 'sendrecv';
  }

  /** The exchange's next re-INVITE, answered; its direction. */
  async reinvited(): Promise<Message> {
    const offer = await this.desk.wire.next(
      're-INVITE',
      (one) => one.start.startsWith('INVITE ') && field(one, 'call-id') === this.callId,
    );
    const head = { Contact: this.desk.contact, 'Content-Type': 'application/sdp' };
    this.desk.reply(offer, 200, 'OK', '', head, await this.ear.peer.answer(offer.body));
    return offer;
  }

  /** Answers the INVITE that made this call. */
  async answer(allow = 'INVITE, ACK, CANCEL, BYE, UPDATE'): Promise<void> {
    const { invite } = this;
    if (!invite) throw new Error('not an incoming call');
    const sdp = await this.ear.peer.answer(invite.body);
    this.desk.reply(
      invite,
      200,
      'OK',
      this.local,
      {
        Contact: this.desk.contact,
        'Content-Type': 'application/sdp',
        Allow: allow,
      },
      sdp,
    );
    await this.desk.wire.next(
      'ACK',
      (one) => method(one) === 'ACK' && field(one, 'call-id') === this.callId,
    );
  }

  /** The exchange's BYE, answered. */
  async hungUp(ms = 15_000): Promise<Message> {
    const bye = await this.desk.wire.next(
      'BYE',
      (one) => one.start.startsWith('BYE ') && field(one, 'call-id') === this.callId,
      ms,
    );
    this.desk.reply(bye, 200, 'OK', '');
    this.ear.peer.close();
    return bye;
  }

  async hangUp(): Promise<void> {
    this.ear.peer.close();
    await this.request('BYE');
  }
}
