/** What each role may do with the accounts of others (better-auth's admin plugin asks). */
import { createAccessControl } from 'better-auth/plugins/access';
import { adminAc, defaultStatements } from 'better-auth/plugins/admin/access';

export const accessControl = createAccessControl(defaultStatements);
const nothing = accessControl.newRole({ user: [], session: [] });

export const accountRoles = {
  operator: nothing,
  lead: nothing,
  'back-office': nothing,
  admin: accessControl.newRole({ ...adminAc.statements }),
};
