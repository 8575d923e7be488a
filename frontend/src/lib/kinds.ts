import type { RecordKind } from "../gql/graphql";

interface KindWords {
  kind: RecordKind;
  slug: string;
  title: string;
}

/** In the order of the tabs: what people sync most comes first. */
export const KINDS: readonly KindWords[] = [
  { kind: "CONTACT", slug: "contact", title: "Contacts" },
  { kind: "APPOINTMENT", slug: "appointment", title: "Appointments" },
  { kind: "RECURRING_APPOINTMENT", slug: "recurring-appointment", title: "Recurring appointments" },
  { kind: "SERVICE_ACTIVITY", slug: "service-activity", title: "Service activities" },
  { kind: "TASK", slug: "task", title: "Tasks" },
  { kind: "PHONE_CALL", slug: "phone-call", title: "Phone calls" },
  { kind: "LETTER", slug: "letter", title: "Letters" },
  { kind: "FAX", slug: "fax", title: "Faxes" },
];

export function kindTitle(kind: RecordKind): string {
  return KINDS.find((one) => one.kind === kind)?.title ?? kind;
}

export function kindOfSlug(slug: string | undefined): RecordKind | null {
  return KINDS.find((one) => one.slug === slug)?.kind ?? null;
}

export function slugOfKind(kind: RecordKind): string {
  return KINDS.find((one) => one.kind === kind)?.slug ?? "contact";
}
