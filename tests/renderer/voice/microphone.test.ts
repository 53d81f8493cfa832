/** The microphone against a machine whose devices come and go. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Microphone } from '../../../src-renderer/voice/microphone.ts';

class Track extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  readonly #settings: MediaTrackSettings;
  constructor(settings: MediaTrackSettings) {
    super();
    this.#settings = settings;
  }
  getSettings(): MediaTrackSettings {
    return this.#settings;
  }
  stop(): void {
    this.readyState = 'ended';
  }
}

/** A machine with sockets for microphones; what is plugged in answers as a browser does. */
class Machine {
  plugged: string[] = [];
  refuses = false;
  busy: string | null = null;
  readonly opened: Track[] = [];

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return this.plugged.map((deviceId) => ({
      deviceId,
      groupId: groupOf(deviceId),
      kind: 'audioinput',
      label: `the ${deviceId}`,
      toJSON: () => ({}),
    }));
  }

  async getUserMedia(wanted?: MediaStreamConstraints): Promise<MediaStream> {
    if (this.refuses) throw new DOMException('Permission denied', 'NotAllowedError');
    const exact = (wanted?.audio as { deviceId?: { exact: string } } | undefined)?.deviceId?.exact;
    const [deviceId] = this.plugged.filter((one) => exact === undefined || one === exact);
    if (deviceId === undefined) throw new DOMException('not there', 'NotFoundError');
    if (deviceId === this.busy) throw new DOMException('in use', 'NotReadableError');
    const track = new Track({ deviceId, groupId: groupOf(deviceId) });
    this.opened.push(track);
    return { getAudioTracks: () => [track] } as unknown as MediaStream;
  }

  pull(deviceId: string): void {
    this.plugged = this.plugged.filter((one) => one !== deviceId);
    for (const track of this.opened)
      if (track.getSettings().deviceId === deviceId && track.readyState === 'live') {
        track.readyState = 'ended';
        track.dispatchEvent(new Event('ended'));
      }
  }

  get live(): (string | undefined)[] {
    return this.opened
      .filter((track) => track.readyState === 'live')
      .map((track) => track.getSettings().deviceId);
  }
}

/** The system's choice is the board that is built in. */
const groupOf = (deviceId: string) => `group of ${deviceId === 'default' ? 'board' : deviceId}`;

const silence = new Track({}) as unknown as MediaStreamTrack;
let machine: Machine;
let microphone: Microphone;
let changes: number;

beforeEach(() => {
  machine = new Machine();
  changes = 0;
  microphone = new Microphone(
    machine,
    () => silence,
    () => {
      changes += 1;
    },
  );
});

const inUse = () =>
  microphone.track === silence ? 'silence' : microphone.track.getSettings().deviceId;

describe('the microphone', () => {
  it('is captured only while somebody holds it', async () => {
    machine.plugged = ['desk'];
    await microphone.settle();
    expect(machine.opened).toEqual([]);
    const first = microphone.hold();
    const second = microphone.hold();
    await microphone.settle();
    expect(machine.live).toEqual(['desk']);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await microphone.settle();
    expect(machine.live).toEqual(['desk']);
    second[Symbol.dispose]();
    await microphone.settle();
    expect(machine.live).toEqual([]);
    expect(microphone.state).toBe('ok');
  });

  it('is silence where there is none, and the first that is plugged in', async () => {
    microphone.hold();
    await microphone.settle();
    expect([microphone.state, inUse()]).toEqual(['none', 'silence']);
    machine.plugged = ['headset'];
    await microphone.settle();
    expect([microphone.state, inUse()]).toEqual(['ok', 'headset']);
  });

  it('is silence when it is refused, and comes when it is allowed', async () => {
    machine.plugged = ['headset'];
    machine.refuses = true;
    microphone.hold();
    await microphone.settle();
    expect([microphone.state, inUse()]).toEqual(['refused', 'silence']);
    machine.refuses = false;
    await microphone.settle();
    expect([microphone.state, inUse()]).toEqual(['ok', 'headset']);
  });

  it('goes to the next wished device at once when it is pulled, and back when it is there again', async () => {
    machine.plugged = ['board', 'desk', 'headset'];
    microphone.hold();
    await microphone.wish(['headset', 'desk']);
    expect([inUse(), microphone.label]).toEqual(['headset', 'the headset']);
    const before = changes;
    machine.pull('headset');
    expect(inUse()).toBe('silence');
    expect(changes).toBe(before + 1);
    await microphone.settle();
    expect([inUse(), microphone.label]).toEqual(['desk', 'the desk']);
    machine.plugged.push('headset');
    await microphone.settle();
    expect(inUse()).toBe('headset');
    expect(machine.live).toEqual(['headset']);
  });

  it("is the system's choice when the wished one cannot be opened, by its name, and says so", async () => {
    machine.plugged = ['board', 'headset'];
    machine.busy = 'headset';
    const held = microphone.hold();
    await microphone.wish(['headset']);
    expect([microphone.state, inUse(), microphone.label]).toEqual(['ok', 'board', 'the board']);
    expect(microphone.missing).toBe(true);
    held[Symbol.dispose]();
    await microphone.settle();
    expect(microphone.missing).toBe(true);
    machine.busy = null;
    microphone.hold();
    await microphone.settle();
    expect([inUse(), microphone.missing]).toEqual(['headset', false]);
  });

  it('is the next wished one when the first cannot be opened, opened once', async () => {
    machine.plugged = ['board', 'desk', 'headset'];
    machine.busy = 'headset';
    microphone.hold();
    await microphone.wish(['headset', 'desk']);
    await microphone.settle();
    expect([inUse(), microphone.label, microphone.missing]).toEqual(['desk', 'the desk', true]);
    expect(machine.opened.length).toBe(1);
  });

  it("names the device behind the system's choice", async () => {
    machine.plugged = ['default', 'board'];
    microphone.hold();
    await microphone.settle();
    expect([inUse(), microphone.label]).toEqual(['default', 'the board']);
  });

  it('stays open when devices come and go that nobody wished for', async () => {
    machine.plugged = ['desk'];
    microphone.hold();
    await microphone.wish(['desk']);
    machine.plugged = ['desk', 'camera'];
    await microphone.settle();
    expect(machine.opened.length).toBe(1);
  });

  it('leaves nothing captured after it was disposed of', async () => {
    machine.plugged = ['desk'];
    microphone.hold();
    const settled = microphone.settle();
    microphone[Symbol.dispose]();
    await settled;
    expect(machine.live).toEqual([]);
  });
});
