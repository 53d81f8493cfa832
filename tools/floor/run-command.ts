/** Runs one command to its end. */
import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Shown as it comes, or kept and shown only when the command fails. */
  readonly show?: boolean;
}

/** Its standard output. Throws with the end of what it said when it fails or is not there. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
    });
    let output = '';
    let said = '';
    child.stdout?.on('data', (data: Buffer) => {
      output += String(data);
      said = (said + String(data)).slice(-4000);
    });
    child.stderr?.on('data', (data: Buffer) => {
      said = (said + String(data)).slice(-4000);
    });
    child.once('error', (error) => reject(new Error(`${command} cannot run: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(new Error(`${[command, ...args].join(' ')} ended with ${code ?? signal}\n${said}`));
    });
  });
}
