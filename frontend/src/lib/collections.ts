import type { Store } from "../gql/graphql";

/** Where a mailbox keeps what; an empty address is a collection that it does not have. */
export interface Places {
  contactsUrl: string;
  calendarUrl: string;
  tasksUrl: string;
  timeZone: string;
  /** As typed: mail addresses with commas or spaces between them. */
  addresses: string;
}

export interface Found {
  collections: readonly { url: string; name: string; holds: readonly Store[] }[];
  addresses: readonly string[];
  timeZone?: string | null;
}

export function splitAddresses(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

export function collectionsFor(found: Found, store: Store): Found["collections"] {
  return found.collections.filter((one) => one.holds.includes(store));
}

/**
 * The form of a new mailbox after a look at its server: an address that was found stays, another one was that of the
 * server and gives way to the first that fits. What else was typed stays.
 */
export function withFound(places: Places, found: Found): Places {
  const choose = (typed: string, store: Store) => {
    const fitting = collectionsFor(found, store);
    return fitting.some((one) => one.url === typed) ? typed : (fitting[0]?.url ?? typed);
  };
  return {
    contactsUrl: choose(places.contactsUrl, "ADDRESS_BOOK"),
    calendarUrl: choose(places.calendarUrl, "CALENDAR"),
    tasksUrl: choose(places.tasksUrl, "TASK_LIST"),
    timeZone: places.timeZone || (found.timeZone ?? ""),
    addresses: places.addresses || found.addresses.join(", "),
  };
}

interface PlacesChange extends Partial<Omit<Places, "addresses">> {
  addresses?: string[];
}

/** Only what is not as it was; an address that was emptied takes its collection away. */
export function changedPlaces(before: Places, after: Places): PlacesChange {
  const change: PlacesChange = {};
  for (const name of ["contactsUrl", "calendarUrl", "tasksUrl", "timeZone"] as const) {
    if (after[name].trim() !== before[name]) change[name] = after[name].trim();
  }
  if (after.addresses !== before.addresses) change.addresses = splitAddresses(after.addresses);
  return change;
}

/** Names to choose from; any other IANA name may be typed. */
export function knownTimeZones(): readonly string[] {
  return typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];
}
