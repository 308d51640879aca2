// The part of autocannon's interface that the benchmarks use; the package ships no types.

declare module "autocannon" {
  export type Request = {
    readonly method: "POST";
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  };

  export type Client = {
    /** The requests of this connection, one after another. */
    setRequests(requests: readonly Request[]): void;
  };

  export type Options = {
    readonly url: string;
    readonly connections: number;
    /** Requests in all, the same number on each connection. */
    readonly amount: number;
    /** Milliseconds between looks at whether all is done. */
    readonly sampleInt: number;
    readonly setupClient: (client: Client) => void;
  };

  /** Resolves at the end of the run. */
  export interface Run extends PromiseLike<unknown> {
    on(event: "start", listener: () => void): void;
    on(
      event: "response",
      listener: (client: Client, status: number, bytes: number, latencyMs: number) => void,
    ): void;
  }

  export default function autocannon(options: Options): Run;
}
