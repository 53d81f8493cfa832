/** Why the server cannot start, in a sentence for the person who started it, with a way out. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}
