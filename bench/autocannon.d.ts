// The part of autocannon's interface that the benchmarks use; the package ships no types.

declare module "autocannon" {
  export type OutgoingRequest = {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  };

  export type RequestTemplate = {
    /** Called for each request; what it returns is sent. */
    readonly setupRequest: (template: OutgoingRequest) => OutgoingRequest;
    /** Called with each whole answer. */
    readonly onResponse?: (status: number, body: string) => void;
  };

  export type Client = {
    setRequests(requests: readonly RequestTemplate[]): void;
  };

  export type Options = {
    readonly url: string;
    readonly connections: number;
    /** Requests in all. */
    readonly amount: number;
    /** Milliseconds between looks at whether all is done. */
    readonly sampleInt: number;
    readonly requests: readonly RequestTemplate[];
    readonly setupClient?: (client: Client) => void;
  };

  /** Resolves at the end of the run. */
  export default function autocannon(options: Options): Promise<unknown>;
}
