// A deployment that cannot go on until somebody has decided or mended something; the message says what.

export class DeployError extends Error {
  override readonly name = "DeployError";
}
