// The tables as kysely sees them; migrations/ says what they are for.

import type { Generated, Kysely } from "kysely";
import type { PictureType } from "./picture-type.ts";
import type { Category } from "./categories.ts";
import type { ContactBy } from "./contact.ts";

export type Tables = {
  readonly orders: { readonly number: string };
  readonly tickets: TicketRow;
  readonly pictures: PictureRow;
};

type TicketRow = {
  readonly number: string;
  readonly category: Category;
  readonly order_number: string | null;
  readonly resolution: string;
  readonly name: string;
  readonly contact_by: ContactBy;
  readonly phone: string | null;
  readonly email: string | null;
  readonly description: string;
  readonly opened_at: Date;
  readonly answer_by: string;
  readonly holder: string | null;
  readonly completion_id: Generated<string | null>;
  readonly user_id: Generated<string | null>;
};

type PictureRow = {
  readonly ticket_number: string;
  readonly sha256: string;
  readonly type: PictureType;
  readonly bytes: number;
};

export type Database = Kysely<Tables>;
