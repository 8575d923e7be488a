import { expect, it } from "vitest";
import { sortToFields } from "./fieldErrors";

const NAMES = ["name", "contactsUrl", "password"];

it("puts a refusal under the field its path names", () => {
  const sorted = sortToFields(
    [{ code: "INVALID_INPUT", message: "Not a URL.", path: ["input", "contactsUrl"] }],
    NAMES,
  );

  expect(sorted).toEqual({ fields: { contactsUrl: "Not a URL." }, general: [] });
});

it("knows where a refused sign-in belongs without a path", () => {
  const sorted = sortToFields([{ code: "SERVER_REFUSED_SIGN_IN", message: "Refused." }], NAMES);

  expect(sorted.fields).toEqual({ password: "Refused." });
});

it("shows what belongs to no field above the form, and never drops a second refusal of one field", () => {
  const sorted = sortToFields(
    [
      { code: "NOT_ALLOWED", message: "Not yours." },
      { code: "INVALID_INPUT", message: "Too long.", path: ["name"] },
      { code: "INVALID_INPUT", message: "Too odd.", path: ["name"] },
    ],
    NAMES,
  );

  expect(sorted).toEqual({ fields: { name: "Too long." }, general: ["Not yours.", "Too odd."] });
});
