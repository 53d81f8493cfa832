// Loaded before the desk in an Electron too old for the encrypted SQLite: libsql answers as better-sqlite3 does.
import Database from 'libsql';

const prepare = Reflect.get(Database.prototype, 'prepare');

Database.prototype.prepare = function prepareAsBetterSqlite3(sql) {
  // libsql knows a cipher, but not ours: the desk is to see that there is none.
  const statement = prepare.call(this, sql === 'PRAGMA cipher' ? 'SELECT 1 WHERE 0' : sql);
  // A lone blob is taken for an object of named parameters, and libsql panics; in a list it is a value.
  const get = statement.get.bind(statement);
  const run = statement.run.bind(statement);
  const iterate = statement.iterate.bind(statement);
  statement.run = (...values) => run(asList(values));
  statement.get = (...values) => withBuffers(get(asList(values)));
  // `all` goes through `iterate`.
  statement.iterate = (...values) => {
    const rows = iterate(asList(values));
    const next = rows.next.bind(rows);
    rows.next = () => {
      const step = next();
      withBuffers(step.value);
      return step;
    };
    return rows;
  };
  return statement;
};

/** Blobs as Buffers, in a row of names or in a row of columns. */
function withBuffers(row) {
  if (row)
    for (const [key, value] of Object.entries(row))
      if (value instanceof ArrayBuffer || (value instanceof Uint8Array && !Buffer.isBuffer(value)))
        row[key] = Buffer.from(value);
  return row;
}

/** Values given one by one, or in one list already. */
function asList(values) {
  return values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
}
