import type { AccessLevel, PrincipalKind, Privilege, RecordKind } from "../gql/graphql";
import { page } from "./pages";

export function principal(id: string, name: string, part: Record<string, unknown> = {}) {
  return { id, name, userName: name.toLowerCase(), kind: "USER" as PrincipalKind, rights: rights(), ...part };
}

export function rights(part: Record<string, unknown> = {}) {
  return {
    role: "USER",
    isDisabled: false,
    isDefaultTeam: false,
    businessUnit: ROOT_UNIT,
    manager: null,
    teams: [],
    members: page([]),
    securityRoles: [],
    fieldProfiles: [],
    profile: { id: "profile", name: "Default" },
    revision: 3,
    ...part,
  };
}

export const ROOT_UNIT = { id: "bu-root", name: "Contoso", parent: null, principalCount: 2, revision: 1 };

export function role(part: Record<string, unknown> = {}) {
  return {
    id: "role-sales",
    name: "Salesperson",
    description: "Sells.",
    inheritance: "DIRECT",
    privileges: [] as { kind: RecordKind; privilege: Privilege; level: AccessLevel }[],
    holders: page([]),
    revision: 5,
    ...part,
  };
}

export function fieldProfile(part: Record<string, unknown> = {}) {
  return {
    id: "fp-hr",
    name: "Personnel",
    description: "",
    permissions: [] as Record<string, unknown>[],
    members: page([]),
    revision: 2,
    ...part,
  };
}

export function column(attribute: string, label: string, part: Record<string, unknown> = {}) {
  return {
    kind: "CONTACT",
    attribute,
    label,
    canBeSecured: true,
    neverSecurableBecause: null,
    secured: false,
    mask: null,
    ...part,
  };
}
