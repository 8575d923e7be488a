/** The fields of a contact by their GraphQL names, in the order in which a person reads them. */
const GROUPS = [
  {
    title: "Name",
    fields: [
      ["fullName", "Full name"],
      ["salutation", "Title"],
      ["firstName", "First name"],
      ["middleName", "Middle name"],
      ["lastName", "Last name"],
      ["suffix", "Suffix"],
      ["nickName", "Nickname"],
      ["yomiFirstName", "First name, spoken"],
      ["yomiLastName", "Last name, spoken"],
    ],
  },
  {
    title: "Work",
    fields: [
      ["parentCustomer", "Company"],
      ["jobTitle", "Job title"],
      ["department", "Department"],
      ["managerName", "Manager"],
      ["assistantName", "Assistant"],
      ["assistantPhone", "Assistant’s phone"],
    ],
  },
  {
    title: "Phone",
    fields: [
      ["telephone1", "Business phone"],
      ["business2", "Business phone 2"],
      ["mobilePhone", "Mobile phone"],
      ["telephone2", "Home phone"],
      ["home2", "Home phone 2"],
      ["telephone3", "Other phone"],
      ["company", "Company main phone"],
      ["callback", "Callback"],
      ["pager", "Pager"],
      ["fax", "Fax"],
    ],
  },
  {
    title: "E-mail and web",
    fields: [
      ["emailAddress1", "E-mail"],
      ["emailAddress2", "E-mail 2"],
      ["emailAddress3", "E-mail 3"],
      ["webSiteUrl", "Web site"],
      ["ftpSiteUrl", "FTP site"],
    ],
  },
  {
    title: "Personal",
    fields: [
      ["birthDate", "Birthday"],
      ["anniversary", "Anniversary"],
      ["spousesName", "Spouse or partner"],
      ["childrensNames", "Children"],
      ["governmentId", "Government ID"],
      ["description", "Notes"],
    ],
  },
  {
    title: "Mailing address",
    fields: [
      ["address1Line1", "Street 1"],
      ["address1Line2", "Street 2"],
      ["address1Line3", "Street 3"],
      ["address1City", "City"],
      ["address1StateOrProvince", "State or province"],
      ["address1PostalCode", "Postal code"],
      ["address1Country", "Country"],
      ["address1PostOfficeBox", "P.O. box"],
    ],
  },
  {
    title: "Home address",
    fields: [
      ["address2Line1", "Street 1"],
      ["address2Line2", "Street 2"],
      ["address2Line3", "Street 3"],
      ["address2City", "City"],
      ["address2StateOrProvince", "State or province"],
      ["address2PostalCode", "Postal code"],
      ["address2Country", "Country"],
      ["address2PostOfficeBox", "P.O. box"],
    ],
  },
  {
    title: "Other address",
    fields: [
      ["address3Line1", "Street 1"],
      ["address3Line2", "Street 2"],
      ["address3Line3", "Street 3"],
      ["address3City", "City"],
      ["address3StateOrProvince", "State or province"],
      ["address3PostalCode", "Postal code"],
      ["address3Country", "Country"],
      ["address3PostOfficeBox", "P.O. box"],
    ],
  },
] as const;

type ContactFieldName = (typeof GROUPS)[number]["fields"][number][0];

export type ContactValues = Readonly<Record<ContactFieldName, string | null | undefined>>;

interface Withheld {
  field: string;
  rule: string;
}

interface FilledField {
  name: ContactFieldName;
  label: string;
  /** Null when it is withheld. */
  value: string | null;
  /** Why the value is withheld; null when it is shown. */
  rule: string | null;
  masked: boolean;
}

export interface FilledGroup {
  title: string;
  fields: FilledField[];
}

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeZone: "UTC" });
const DATES: readonly string[] = ["birthDate", "anniversary"];

/** What there is to show: filled fields and withheld ones; empty fields and empty groups are left out. */
export function filledGroups(
  values: ContactValues,
  withheld: readonly Withheld[],
  masked: readonly string[],
): FilledGroup[] {
  const rules = new Map(withheld.map((one) => [one.field, one.rule]));
  return GROUPS.map(({ title, fields }) => ({
    title,
    fields: fields.flatMap(([name, label]) => {
      const rule = rules.get(name) ?? null;
      const value = rule === null ? values[name] : null;
      if (rule === null && !value) return [];
      const isMasked = masked.includes(name);
      return [{ name, label, value: value ? show(name, value, isMasked) : null, rule, masked: isMasked }];
    }),
  })).filter((group) => group.fields.length > 0);
}

/** What a contact is called in a list: the best that the caller may see. */
export function contactTitle(contact: { fullName?: string | null; emailAddress1?: string | null }): string {
  return contact.fullName || contact.emailAddress1 || "No name";
}

function show(name: string, value: string, masked: boolean): string {
  if (masked || !DATES.includes(name)) return value;
  const day = new Date(`${value}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? value : DATE.format(day);
}
