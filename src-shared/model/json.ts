/** Plain JSON, for answers whose shape a project decides. */
import * as z from 'zod';

export const Json = z.json();
export type Json = z.infer<typeof Json>;
export const JsonObject = z.record(z.string(), z.json());
export type JsonObject = z.infer<typeof JsonObject>;
