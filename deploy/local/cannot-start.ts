/** Something the stack needs cannot be had. The message is for people and says what to do; there is no point in a stack trace. */
export class CannotStart extends Error {}
