/**
 * Headsets as their makers and public projects document them, the source beside each. Whole descriptors, byte by byte, are the
 * Poly Blackwire's, the Anker PowerConf's, the Logitech Brio's and H540's. No descriptor of a Jabra, Yealink or EPOS headset
 * could be had as text (some exist as binary files: gonicus/gonnect, tests/resources/hid): of Jabra and Yealink the places of
 * all bits are documented, of Sennheiser (EPOS) only the usages. Where bytes are written here from such a source, it is said.
 */
import type { HidCollection } from '../../../../src-renderer/voice/headset/hid-port.ts';
import { collectionsOf, hex } from './report-descriptor.ts';

export interface KnownDevice {
  readonly name: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly collections: readonly HidCollection[];
}

/**
 * Poly (Plantronics) Blackwire 3220: the descriptor read from the device with macOS USB Prober.
 * Source: libusb/hidapi, windows/test/data/047F_C056_0005_000B_real.rpt_desc (also pull request 262).
 * Report 8 in: bit 0 Phone Mute (relative), bit 1 Hook Switch, bit 2 Flash (absolute, no preferred state).
 * Out, one light a report: 9 Mute, 0x17 Off-Hook, 0x18 Ring, 0x1E Speaker, 0x20 Hold, 0x2A On-Line.
 */
export const blackwire3220: KnownDevice = {
  name: 'Plantronics Blackwire 3220 Series',
  vendorId: 0x047f,
  productId: 0xc056,
  collections: collectionsOf(
    hex(`05 0B 09 05 A1 01 85 08 15
         00 25 01 09 2F 75 01 95 01 81 06 09 20 09 21 75
         01 95 02 81 22 95 05 81 01 05 08 85 09 09 09 95
         01 91 22 95 07 91 01 85 17 09 17 95 01 91 22 95
         07 91 01 85 18 09 18 95 01 91 22 95 07 91 01 85
         1E 09 1E 95 01 91 22 95 07 91 01 85 20 09 20 95
         01 91 22 95 07 91 01 85 2A 09 2A 95 01 91 22 95
         07 91 01 C0`),
  ),
};

/**
 * Anker PowerConf (291a:3301): the descriptor as Linux gives it for the device, 191 bytes, published in a test of a program
 * that drives it ("powerConfDescriptor", read from hidraw's report_descriptor). It calls its keys constant, and sends them.
 */
export const powerConf: KnownDevice = {
  name: 'Anker PowerConf',
  vendorId: 0x291a,
  productId: 0x3301,
  collections: collectionsOf(
    hex(`05 0C 09 01 A1 01 85 01 15 00 25 01 09 E9 09 EA 09 E2 09 CD 09 B5 09 B6 09 B3 09 B7 75 01 95 08 81 42 C0
         05 0B 09 05 A1 01 85 02 05 0B 15 00 25 01 09 20 09 97 75 01 95 02 81 23
         09 2F 09 21 09 70 09 50 75 01 95 04 81 07 09 06 A1 02 19 B0 29 BB 15 00 25 0C 75 04 95 01 81 40 C0
         09 07 15 00 25 01 05 09 75 01 95 01 81 02 75 01 95 05 81 01
         05 08 15 00 25 01 09 17 09 09 09 18 09 20 09 21 75 01 95 05 91 22
         05 0B 15 00 25 01 09 9E 75 01 95 01 91 22 75 01 95 0A 91 01 C0
         06 00 FF 09 01 A1 01 85 03 09 01 15 00 26 FF 00 95 3F 75 08 81 02 09 01 15 00 26 FF 00 95 3F 75 08 91 02 C0`),
  ),
};

/**
 * Report 2, two bytes each way. In: 0 Hook Switch, 1 Line Busy Tone, 2 Phone Mute, 3 Flash, 4 Redial, 5 Speed Dial, 6 Button 7,
 * a key pad of 4 bits, 5 spare. Out: 0 Off-Hook, 1 Mute, 2 Ring, 3 Hold, 4 Microphone, 5 Ringer, 10 spare.
 * Source of the places: nondebug/jabra-webhid-demo, index.html, which reads and writes them with a Jabra Evolve 40. It has no
 * descriptor: these bytes are written from it; which keys are states and which are presses is as the PowerConf has it.
 */
const twoByteHeadset = collectionsOf(
  hex(`05 0B 09 05 A1 01 85 02 05 0B 15 00 25 01 09 20 09 97 75 01 95 02 81 22
       09 2F 09 21 09 24 09 50 75 01 95 04 81 06 09 07 05 09 75 01 95 01 81 02
       05 0B 09 06 A1 02 19 B0 29 BB 15 00 25 0B 75 04 95 01 81 00 C0
       75 01 95 05 81 01 05 08 15 00 25 01 09 17 09 09 09 18 09 20 09 21 75 01 95 05 91 22
       05 0B 15 00 25 01 09 9E 75 01 95 01 91 22 75 01 95 0A 91 01 C0`),
);

/**
 * Jabra Evolve 40, whose control unit is called so. Source of its reports: see `twoByteHeadset`. In which order they come:
 * WICG/webhid issue 61 (a Jabra Engage 50, the same report 2): each press of Answer/End gives the two bytes [1, 0] and, about
 * 2000 ms later where the host does not light Off-Hook, [0, 0]. Issue 72: Phone Mute comes as 1, then 0. Which signals Jabra
 * sends (hook switch also as acknowledgement, Line Busy for every program, Flash to hold, resume and swap): sdk.jabra.com,
 * jabra-js, enum SignalType.
 */
export const evolveLink: KnownDevice = {
  name: 'Jabra EVOLVE LINK',
  vendorId: 0x0b0e,
  // The demo asks for any of the maker's.
  productId: 0,
  collections: twoByteHeadset,
};

/**
 * Yealink. Source: purecloudlabs/softphone-vendor-headsets, vendor-implementations/yealink/yealink.ts, written by the maker: in,
 * of the first byte, 0x01 hook, 0x04 mute, 0x08 hold, 0x40 reject; out 0x01 off-hook, 0x02 mute, 0x04 ring, 0x08 hold, off-hook
 * going out while held; pull request 150: report 2 on a UH38. The descriptor is not told: these are the places of
 * `twoByteHeadset`, which are the same. Name and ids: gonicus/gonnect, tests/Usb.test.cpp.
 */
export const yealink: KnownDevice = {
  name: 'Yealink WH66',
  vendorId: 0x6993,
  productId: 0xb02b,
  collections: twoByteHeadset,
};

/**
 * No device, only the usages of one: what a Sennheiser SC 660 (EPOS) answers to by CounterPath's profile 1395-0039.cps
 * (Justy5/KursachJava, libs/X-Lite/…/HID): 0x0B0020 hook and 0x0B002F mute; lit by 0x080017 off-hook, 0x08002A call, 0x080009
 * mute. The bytes are the plainest that the Usage Tables allow with those (hook a toggle switch, mute a toggle button, HUT
 * 3.4.1.2).
 */
export const sennheiserUsages: KnownDevice = {
  name: 'usages of a Sennheiser SC660',
  vendorId: 0x1395,
  productId: 0x0039,
  collections: collectionsOf(
    hex(`05 0B 09 05 A1 01 85 01 15 00 25 01 75 01 95 01 09 20 81 22 09 2F 81 06 95 06 81 03
         85 02 05 08 95 03 09 17 09 2A 09 09 91 02 95 05 91 03 C0`),
  ),
};

/**
 * Logitech MX Brio, a camera that can only be muted as a telephone.
 * Source: its whole descriptor, read from macOS' IORegistry by a public "MX Brio HID probe" (Logitech 046d:0944).
 */
export const mxBrio: KnownDevice = {
  name: 'MX Brio',
  vendorId: 0x046d,
  productId: 0x0944,
  collections: collectionsOf(
    hex(
      (
        '0600ff0901a1018540150025010902750195018106090375019501810695068101' +
        '8541150026ff00090195027508910285420901810285430901810285440901950' +
        '491028545090181028546950209018102854709018102c00601ff0901a101850a' +
        '150026ff000901951f75088102c00602ff0901a1010509190129011500257f850' +
        '1950175088102c006a1ff0903a1018555150026ff000903950675088102c00699' +
        'ff0903a101859a0903150026ff00951f75080903b20201c0050b0905a10185081' +
        '5002501092f750195018106092075019501812295068101050885080909750195' +
        '019122050b092a75019501912295069101c0'
      ).replaceAll(/(..)/g, '$1 '),
    ),
  ),
};

/** Logitech USB Headset H540: volume and keys, no telephony. Source: libusb/hidapi, windows/test/data/046D_0A37_0001_000C_real.rpt_desc. */
export const h540: KnownDevice = {
  name: 'Logitech USB Headset H540',
  vendorId: 0x046d,
  productId: 0x0a37,
  collections: collectionsOf(
    hex(`05 0C 09 01 A1 01 85 01 15 00 25 01 09 E9 09 EA 75 01 95 02 81 02 09 E2 95 01 81 06
         09 00 95 02 81 03 09 36 A1 02 05 09 19 01 29 02 75 02 95 01 15 01 25 02 81 40 C0
         05 0C 09 00 15 00 25 01 75 01 95 01 81 03 C0`),
  ),
};
