/** Port: the log. A line never holds a name, a number or a secret: flows and calls go by ids of their own. */
export interface Log {
  debug(facts: Readonly<Record<string, unknown>>, message: string): void;
  info(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof levels)[number];

export function isLogLevel(word: string): word is LogLevel {
  return levels.some((level) => level === word);
}

/** One JSON object a line, from `level` upwards; `write` takes whole lines. */
export function lineLog(level: LogLevel, write: (line: string) => void): Log {
  const from = levels.indexOf(level);
  const at =
    (name: LogLevel) =>
    (facts: Readonly<Record<string, unknown>>, message: string): void => {
      if (levels.indexOf(name) < from) return;
      write(
        `${JSON.stringify({ at: new Date().toISOString(), level: name, ...facts, message })}\n`,
      );
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
