-- The local base of one desk. Append-only: a change is a new file with the next number.

-- Single values: cursors, counters, choices.
CREATE TABLE kept (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Who has signed in at this desk.
CREATE TABLE people (
  user_id TEXT PRIMARY KEY NOT NULL,
  username TEXT NOT NULL UNIQUE,
  opened TEXT NOT NULL,
  token TEXT,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  confirmed_at INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE customers (
  row INTEGER PRIMARY KEY NOT NULL,
  customer_id BLOB NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  generation INTEGER,
  name TEXT NOT NULL,
  numbers TEXT NOT NULL,
  street TEXT,
  post_code TEXT,
  town TEXT,
  country TEXT,
  email TEXT,
  since INTEGER,
  language TEXT,
  note TEXT,
  data TEXT
);

-- Digits without the "+", so that a prefix is a range.
CREATE TABLE customer_numbers (
  number TEXT NOT NULL,
  customer_row INTEGER NOT NULL,
  PRIMARY KEY (number, customer_row)
) WITHOUT ROWID;

-- Folded words and digit groups; see src-main/customers/search-words.ts.
CREATE VIRTUAL TABLE customer_search USING fts5(
  words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- Every distinct word of customer_search with roughly how many customers carry it.
CREATE TABLE vocabulary (
  word TEXT PRIMARY KEY NOT NULL,
  customers INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE timeline (
  entry_id BLOB PRIMARY KEY NOT NULL,
  customer_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  generation INTEGER,
  body TEXT NOT NULL
);
CREATE INDEX timeline_of_customer ON timeline (customer_id, at);

CREATE TABLE projects (
  project_id TEXT PRIMARY KEY NOT NULL,
  generation INTEGER,
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE scripts (
  script_id TEXT PRIMARY KEY NOT NULL,
  generation INTEGER,
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE forms (
  form_id TEXT PRIMARY KEY NOT NULL,
  generation INTEGER,
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE drafts (
  call_id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT,
  ring TEXT NOT NULL,
  draft TEXT NOT NULL,
  customer_id TEXT,
  project_id TEXT,
  started_at TEXT NOT NULL
);

CREATE TABLE orders (
  order_id TEXT PRIMARY KEY NOT NULL,
  call_id TEXT,
  customer_id TEXT,
  placed_at TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX orders_of_call ON orders (call_id);

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  mutation_id TEXT NOT NULL UNIQUE,
  user_id TEXT,
  name TEXT NOT NULL,
  -- The order, customer or call it tells of.
  subject TEXT NOT NULL,
  args TEXT NOT NULL,
  made_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'refused')),
  refusal TEXT
);
CREATE INDEX outbox_of_subject ON outbox (subject);
CREATE INDEX outbox_by_state ON outbox (state, seq);
