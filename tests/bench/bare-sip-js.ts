/** A line as SIP.js offers it by itself: its own transport and registerer, and a new try every three seconds. */
import { Registerer, RegistererState, UserAgent } from 'sip.js';

const againMs = 3000;

export class BareSipJs {
  readonly #ua: UserAgent;
  readonly #registerer: Registerer;
  #refused = 0;
  #closed = false;
  #connected = false;
  #registered = false;

  constructor(server: string, domain: string, user: string, password: string) {
    const uri = UserAgent.makeURI(`sip:${user}@${domain}`);
    if (!uri) throw new Error('no address');
    this.#ua = new UserAgent({
      uri,
      authorizationUsername: user,
      authorizationPassword: password,
      transportOptions: { server },
      logBuiltinEnabled: false,
      delegate: {
        onConnect: () => {
          this.#connected = true;
          void this.#register();
        },
        onDisconnect: (error) => {
          this.#connected = false;
          this.#registered = false;
          if (error && !this.#closed) this.#again();
        },
      },
    });
    this.#registerer = new Registerer(this.#ua, { expires: 300 });
    this.#registerer.stateChange.addListener((state) => {
      this.#registered = state === RegistererState.Registered && this.#connected;
    });
  }

  get registered(): boolean {
    return this.#registered;
  }

  get refused(): number {
    return this.#refused;
  }

  async open(): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.#registerer.stateChange.addListener((state) => {
        if (state === RegistererState.Registered) resolve();
      });
    });
    await this.#ua.start();
    await done;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#registered) {
      const gone = new Promise<void>((resolve) => {
        this.#registerer.stateChange.addListener((state) => {
          if (state === RegistererState.Unregistered) resolve();
        });
      });
      await this.#registerer.unregister();
      await gone;
    }
    await this.#ua.stop().catch(() => undefined);
  }

  async #register(): Promise<void> {
    await this.#registerer
      .register({
        requestDelegate: {
          onAccept: () => {
            this.#registered = true;
          },
          onReject: () => {
            this.#refused++;
          },
        },
      })
      .catch(() => undefined);
  }

  #again(): void {
    setTimeout(() => {
      if (!this.#closed) this.#ua.reconnect().catch(() => this.#again());
    }, againMs);
  }
}
