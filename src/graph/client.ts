// Requests to Meta's Graph API: where it is, who asks, and that the access token goes nowhere else.

export type GraphAccess = {
  /** Without a slash at the end, as `https://graph.facebook.com`. */
  readonly url: string;
  /** As `v25.0`. */
  readonly version: string;
  readonly accessToken: string;
};

/** Meta, or a network on the way there, refused or failed. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  /** The status for the log, or `FAILED` where there was no answer. */
  readonly code: string;
  constructor(status: number | null, options?: ErrorOptions) {
    super(
      status === null
        ? "the Graph API could not be reached; try again"
        : `the Graph API answered ${status}; see Meta's error codes`,
      options,
    );
    this.code = status === null ? "FAILED" : `HTTP_${status}`;
  }
}

/**
 * GETs with the access token. Redirects are not followed: they would take the token along.
 *
 * @throws GraphError unless the answer is 2xx; the signal's reason when it aborts
 */
export async function getWithToken(
  { accessToken }: Pick<GraphAccess, "accessToken">,
  url: string,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${accessToken}` },
    redirect: "manual",
    signal,
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new GraphError(null, { cause });
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new GraphError(response.status);
  }
  return response;
}
