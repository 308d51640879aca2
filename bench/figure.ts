// What a benchmark found: one quantity, sampled several times.

export type Figure = {
  /** Names it in budget.json, for example `exchange.cpuRatio`. */
  readonly key: string;
  /** What it is, for people. */
  readonly label: string;
  /** Unit of the samples; `×` for a ratio. */
  readonly unit: string;
  readonly samples: readonly number[];
};
