/** Why a command to a peer failed. */

/** The other side's description cannot be used; the call is as it was. */
export class SdpError extends Error {
  override readonly name = 'SdpError';
}

/** The peer was closed while something waited for it. */
export class PeerGone extends Error {
  override readonly name = 'PeerGone';
}
