// What a handler decides, as a value. Only `src/endpoint` knows how an outcome looks on the wire.

/** A handler's answer to one data exchange request. Made by `reply`, never by hand. */
export type Outcome =
  | { readonly kind: "show"; readonly screen: string; readonly data: unknown }
  | { readonly kind: "reject"; readonly message: string; readonly data: unknown }
  | { readonly kind: "finish"; readonly params: unknown }
  | { readonly kind: "expire"; readonly message: string };
