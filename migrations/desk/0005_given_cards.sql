-- Cards of this desk's calls that went to a colleague and can still be taken back.
CREATE TABLE given_cards (
  hand_over_id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT,
  call_id TEXT NOT NULL,
  -- 1: the call has gone to the colleague.
  went_on INTEGER NOT NULL DEFAULT 0,
  at INTEGER NOT NULL,
  card TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX given_cards_of_call ON given_cards (call_id);
