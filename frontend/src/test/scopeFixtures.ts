import { ADA } from "./fixtures";
import { page } from "./pages";

export const COLUMNS = [
  {
    attribute: "jobtitle",
    label: "Job Title",
    type: "TEXT",
    operators: ["EQUALS", "NOT_EQUALS", "CONTAINS", "BEGINS_WITH", "IS_EMPTY", "IS_NOT_EMPTY"],
  },
  { attribute: "ownerid", label: "Owner", type: "OWNER", operators: ["IS_ME", "IS_MY_TEAM"] },
  { attribute: "statecode", label: "Status", type: "NUMBER", operators: ["EQUALS", "NOT_EQUALS", "GREATER", "LESS"] },
];

export function syncFilter(part: Record<string, unknown> = {}) {
  return {
    id: "f-mine",
    scope: "USER",
    kind: "CONTACT",
    name: "My active contacts",
    isActive: true,
    excludes: false,
    revision: 3,
    viewerCanEdit: true,
    unreadable: [],
    templateId: null,
    principal: ADA,
    definition: { joint: "ALL", rows: [{ attribute: "ownerid", operator: "IS_ME", value: "" }], groups: [] },
    ...part,
  };
}

interface Asked {
  scope: string;
  principalId?: string;
  first: number;
}

/** The filters of a kind, as the tab asks for them: of one scope each, its own apart from those of others. */
export function filterPages(filters: readonly ReturnType<typeof syncFilter>[]) {
  return ({ scope, principalId, first }: Asked) => {
    const own = (one: ReturnType<typeof syncFilter>) => one.principal?.id === ADA.id;
    const asked = filters.filter(
      (one) => one.scope === scope && (scope !== "USER" || own(one) === Boolean(principalId)),
    );
    return page(asked.slice(0, first), asked.length);
  };
}

export function preview(part: Record<string, unknown> = {}) {
  return {
    count: 12,
    unreadable: [],
    scope: { current: 40, resulting: 12, entering: 0, leaving: 28 },
    sample: [{ recordId: "contact:1", name: "Nancy Davolio" }],
    ...part,
  };
}

export const MAILBOXES = {
  nodes: [{ id: "mb-1", name: "Nancy", viewerCanSync: true, principal: ADA }],
};
