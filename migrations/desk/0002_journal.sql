-- Calls that are up, so that a desk that is killed in a call can ask the exchange for it again.
CREATE TABLE call_journal (
  call_id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  started_at TEXT NOT NULL,
  call TEXT NOT NULL,
  ring TEXT NOT NULL,
  dialog TEXT NOT NULL
) WITHOUT ROWID;
