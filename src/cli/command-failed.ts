// A command that ran and did not succeed, for a reason its user can read.

export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  /** @param message  empty where the output has already said everything */
  constructor(message = "", options?: ErrorOptions) {
    super(message, options);
  }
}
