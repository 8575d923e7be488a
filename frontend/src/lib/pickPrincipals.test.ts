import { expect, it } from "vitest";
import { type PickedPrincipal, pickable } from "./pickPrincipals";
import { acquaintances, privilegesInWords } from "./sharing";

const ADA: PickedPrincipal = { id: "p1", name: "Ada Lang", kind: "USER" };
const MARA: PickedPrincipal = { id: "p2", name: "Mara Berg", kind: "USER" };
const SALES: PickedPrincipal = { id: "t1", name: "Sales", kind: "OWNER_TEAM" };

it("offers those that fit, once, by name, without those already taken", () => {
  expect(pickable([SALES, MARA, ADA, MARA], "a", ["t1"])).toEqual([ADA, MARA]);
  expect(pickable([SALES, MARA, ADA], " LANG ", [])).toEqual([ADA]);
});

it("lets somebody without the directory name manager, teams and whoever the record knows", () => {
  const sharer = { ...ADA, rights: { manager: MARA, teams: [SALES] } };

  expect(acquaintances(sharer, [ADA, SALES])).toEqual([MARA, SALES]);
  expect(acquaintances({ ...ADA, rights: null }, [MARA])).toEqual([MARA]);
});

it("lists rights as a person would", () => {
  expect(privilegesInWords(["READ"])).toBe("Read");
  expect(privilegesInWords(["READ", "WRITE", "SHARE"])).toBe("Read, write and share");
});
