-- When the call was last known to be up, milliseconds since 1970; NULL: written by an earlier version.
ALTER TABLE call_journal ADD COLUMN alive_at INTEGER;
