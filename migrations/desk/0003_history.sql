-- Calls of the people who sign in here, kept for 90 days.
CREATE TABLE history (
  call_id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  -- What calls of one party have in common: E.164, else as the exchange wrote it; NULL where withheld.
  party TEXT,
  -- The moment the row is ordered by: when the call began.
  started_at TEXT NOT NULL,
  task TEXT CHECK (task IN ('open', 'done')),
  -- 1: the person has closed the task.
  closed INTEGER NOT NULL DEFAULT 0,
  entry TEXT NOT NULL,
  -- The whole call's sound, for the record that is made when the call is finished.
  quality TEXT
) WITHOUT ROWID;
CREATE INDEX history_of_user ON history (user_id, started_at);
CREATE INDEX history_of_party ON history (user_id, party);

-- Cards that colleagues handed to somebody at this desk.
CREATE TABLE handed_cards (
  hand_over_id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT,
  -- When it arrived here, milliseconds since 1970: clocks of two desks may differ.
  seen_at INTEGER NOT NULL,
  generation INTEGER,
  -- The call of this desk on which it was put.
  call_id TEXT,
  card TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX handed_cards_of_call ON handed_cards (call_id);

-- Which cards of this desk's calls have gone to a colleague, and to which extension.
CREATE TABLE cards_handed_on (
  call_id TEXT PRIMARY KEY NOT NULL,
  to_extension TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
