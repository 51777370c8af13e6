/** Says each step with the time it took. */
export class Steps {
  current = 'the start';
  readonly #aloud: boolean;

  constructor(aloud: boolean) {
    this.#aloud = aloud;
  }

  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.current = name;
    const beganAtMs = performance.now();
    const result = await work();
    if (this.#aloud) console.log(`${String(Math.round(performance.now() - beganAtMs)).padStart(7)} ms  ${name}`);
    return result;
  }
}
