import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import sdl from "../../../schema.graphql?raw";
import { EXAMPLES } from "./examples";

const schema = buildSchema(sdl);

test.each(EXAMPLES)("an example is a valid operation with valid variables", ({ query, variables }) => {
  expect(validate(schema, parse(query))).toEqual([]);
  if (variables) expect(typeof JSON.parse(variables)).toBe("object");
});
