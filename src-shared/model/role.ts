/** Roles of the people in a call centre, and what each may see of the others' work. */
import * as z from 'zod';

export const roles = ['operator', 'lead', 'back-office', 'admin'] as const;
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;
