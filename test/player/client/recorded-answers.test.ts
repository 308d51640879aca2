import { expect, it } from "vitest";
import {
  formatAnswers,
  recordFilled,
  recordLeft,
  type RecordedAnswers,
} from "../../../src/player/client/recorded-answers.ts";

it("records each visit, its inputs in the order they were last filled", () => {
  const acts: readonly ((answers: RecordedAnswers) => RecordedAnswers)[] = [
    (answers) => recordFilled(answers, "PICK", "department", "a"),
    (answers) => recordFilled(answers, "PICK", "time", "9"),
    (answers) => recordFilled(answers, "PICK", "department", "b"),
    (answers) => recordFilled(answers, "PICK", "note", "x"),
    (answers) => recordFilled(answers, "PICK", "note", null),
    (answers) => recordLeft(answers, "PICK", "footer"),
    (answers) => recordLeft(answers, "TERMS", "back"),
    (answers) => recordLeft(answers, "PICK", { pressed: "Read more" }),
  ];

  const text = formatAnswers(acts.reduce((answers, act) => act(answers), [] as RecordedAnswers));

  expect(JSON.parse(text)).toEqual({
    PICK: [{ time: "9", department: "b" }, { $press: "Read more" }],
    TERMS: { $back: true },
  });
  expect(text.indexOf("time")).toBeLessThan(text.indexOf("department"));
});
