import { Dialog } from '../connection/dialog.ts';
import type { Stack } from '../stack/stack.ts';
import { ask } from './ask.ts';

const attempts = 5;

/** Somebody who has connected some Pages, and does so again when they are asked to. */
export class Login {
  readonly #stack: Stack;
  readonly #dialog: Dialog;
  readonly #person: string;
  readonly #connection: string;
  #last: Promise<void> = Promise.resolve();

  constructor(stack: Stack, person: string, connection: string) {
    this.#stack = stack;
    this.#dialog = new Dialog(stack);
    this.#person = person;
    this.#connection = connection;
  }

  /** Logs in once more at Meta, one time after the other, whatever is being killed meanwhile. */
  again(): Promise<void> {
    const done = this.#last.then(() => this.#try(attempts));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #try(left: number): Promise<void> {
    try {
      await this.#once();
    } catch (cause) {
      if (left === 1) throw cause;
      await this.#try(left - 1);
    }
  }

  async #once(): Promise<void> {
    const path = `/v1/connections/${this.#connection}/reauthorize`;
    const begun = await ask<{ id: string; authorizeUrl: string }>(this.#stack.member, 'POST', path);
    if (begun.status !== 201) throw new Error(`It answered ${begun.status}: ${JSON.stringify(begun.body)}`);
    const back = await this.#dialog.decide(new URL(begun.body.authorizeUrl), { person: this.#person });
    await this.#dialog.comeBack(back);
    const { status, reason } = await this.#dialog.ended(begun.body.id);
    if (status !== 'done') throw new Error(`The login ended otherwise: ${status}, ${reason}`);
  }
}
