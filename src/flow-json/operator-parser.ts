// Tokens and precedence for Flow JSON's two small languages. What they share is here: references,
// literals, parentheses, binary operators. What tells them apart is a Grammar.
// Malformed text is a verdict, not an exception.

import { parseReference } from "./binding.ts";
import type { BinaryOperator, Expression, ParsedExpression } from "./expression.ts";

export type Grammar = {
  /** Loosest first; operators of one row associate to the left. */
  readonly precedence: readonly (readonly BinaryOperator[])[];
  readonly unary: readonly ("!" | "-")[];
  /** Sticky. */
  readonly number: RegExp;
  /** Sticky; group 1 is what stands between the quotes. */
  readonly text: RegExp;
  readonly unescape: (text: string) => string;
  /** Whether operands may stand side by side to form one text. */
  readonly joins: boolean;
  /** Whether a comparison needs parentheses to stand beside another operator. */
  readonly comparesApart: boolean;
};

/**
 * Far above what anybody writes by hand; beyond it the text is refused rather than read, so that no
 * reader of the tree can run out of stack.
 */
const MAX_TOKENS = 1000;
const MAX_DEPTH = 100;

type Token =
  | { readonly kind: "operand"; readonly offset: number; readonly operand: Expression }
  | { readonly kind: "symbol"; readonly offset: number; readonly symbol: string }
  | { readonly kind: "end"; readonly offset: number };

/** Stays inside this file: `parseOperators` turns it into a verdict. */
class InvalidText extends Error {
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

export function parseOperators(text: string, grammar: Grammar): ParsedExpression {
  try {
    return { kind: "parsed", expression: parseTokens(readTokens(text, grammar), grammar) };
  } catch (error) {
    if (!(error instanceof InvalidText)) throw error;
    return { kind: "invalid", offset: error.offset, reason: error.message };
  }
}

const SYMBOL = /&&|\|\||[=!<>]=|[()!<>+\-*/%]/y;
const REFERENCE = /\$\{([^}]*)\}/y;
const WORD = /\w+/y;

function readTokens(text: string, grammar: Grammar): readonly Token[] {
  const known = new Set<string>([...grammar.precedence.flat(), ...grammar.unary, "(", ")"]);
  const tokens: Token[] = [];
  let offset = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    return pattern.exec(text);
  };
  for (;;) {
    offset += match(/\s*/y)?.[0].length ?? 0;
    if (offset >= text.length) return [...tokens, { kind: "end", offset }];
    if (tokens.length === MAX_TOKENS) throw new InvalidText(offset, "this is too long to be read");
    const found = readOperand(match, offset, grammar) ?? readSymbol(match, offset, known);
    tokens.push(found.token);
    offset += found.length;
  }
}

type Match = (pattern: RegExp) => RegExpExecArray | null;
type Found = { readonly token: Token; readonly length: number };

function readOperand(match: Match, offset: number, grammar: Grammar): Found | null {
  const operand = (length: number, value: Expression): Found => ({
    token: { kind: "operand", offset, operand: value },
    length,
  });
  const reference = match(REFERENCE);
  if (reference !== null) {
    const parsed = parseReference(reference[1] ?? "");
    if (parsed === null) throw new InvalidText(offset, `${reference[0]} refers to nothing known`);
    return operand(reference[0].length, parsed);
  }
  const quoted = match(grammar.text);
  if (quoted !== null) {
    return operand(quoted[0].length, { kind: "text", value: grammar.unescape(quoted[1] ?? "") });
  }
  const number = match(grammar.number);
  if (number !== null) {
    return operand(number[0].length, { kind: "number", value: Number(number[0]) });
  }
  const word = match(WORD)?.[0];
  if (word === "true" || word === "false") {
    return operand(word.length, { kind: "boolean", value: word === "true" });
  }
  if (word !== undefined) throw new InvalidText(offset, `${word} is no operand`);
  return null;
}

function readSymbol(match: Match, offset: number, known: ReadonlySet<string>): Found {
  const symbol = match(SYMBOL)?.[0];
  if (symbol === undefined || !known.has(symbol)) {
    throw new InvalidText(offset, "expected an operand or an operator");
  }
  return { token: { kind: "symbol", offset, symbol }, length: symbol.length };
}

function parseTokens(tokens: readonly Token[], grammar: Grammar): Expression {
  let position = 0;
  const peek = (): Token => tokens[position] ?? { kind: "end", offset: 0 };
  const take = (symbol: string): boolean => {
    const token = peek();
    if (token.kind !== "symbol" || token.symbol !== symbol) return false;
    position += 1;
    return true;
  };

  const parseBinary = (level: number): Expression => {
    const operators = grammar.precedence[level];
    if (operators === undefined) return parseUnary();
    let left = parseBinary(level + 1);
    for (;;) {
      const { offset } = peek();
      const operator = operators.find(take);
      if (operator === undefined) return left;
      const right = parseBinary(level + 1);
      if (grammar.comparesApart && (isBareComparison(left) || isBareComparison(right))) {
        throw new InvalidText(
          offset,
          `a comparison beside ${operator} needs parentheses of its own`,
        );
      }
      left = { kind: "binary", operator, left, right };
    }
  };

  /** What stood in parentheses, which the tree itself does not show. */
  const grouped = new Set<Expression>();
  const isBareComparison = (expression: Expression): boolean =>
    expression.kind === "binary" &&
    COMPARISONS.has(expression.operator) &&
    !grouped.has(expression);

  let depth = 0;
  const parseUnary = (): Expression => {
    const token = peek();
    depth += 1;
    if (depth > MAX_DEPTH) throw new InvalidText(token.offset, "this is nested too deeply");
    const operand = parseOperand(token);
    depth -= 1;
    return operand;
  };

  const parseOperand = (token: Token): Expression => {
    const operator = grammar.unary.find(take);
    if (operator !== undefined) return { kind: "unary", operator, operand: parseUnary() };
    if (take("(")) {
      const inner = parseJoin();
      if (!take(")")) throw new InvalidText(token.offset, "this parenthesis is not closed");
      grouped.add(inner);
      return inner;
    }
    if (token.kind !== "operand") throw new InvalidText(token.offset, "expected an operand");
    position += 1;
    return token.operand;
  };

  const parseJoin = (): Expression => {
    const first = parseBinary(0);
    const rest: Expression[] = [];
    while (grammar.joins && startsOperand(peek())) rest.push(parseBinary(0));
    return rest.length === 0 ? first : { kind: "join", parts: [first, ...rest] };
  };

  const expression = parseJoin();
  const left = peek();
  if (left.kind !== "end") throw new InvalidText(left.offset, "expected an operator or the end");
  return expression;
}

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(["==", "!=", "<", "<=", ">", ">="]);

/** A minus or `!` after an operand is never the start of the next one. */
function startsOperand(token: Token): boolean {
  return token.kind === "operand" || (token.kind === "symbol" && token.symbol === "(");
}
