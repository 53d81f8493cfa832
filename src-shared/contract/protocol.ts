/** The version of both wires. A desk and a server of different versions refuse each other in words. */
export const protocolVersion = 1;
