/** The numbers among the settings of the sync, as the form groups and bounds them; the server checks them again. */
interface NumberSetting {
  name: NumberName;
  label: string;
  hint: string;
  unit: string;
  least: number;
  most: number;
}

export type NumberName =
  | "brakeCount"
  | "brakeShare"
  | "newestGuardSeconds"
  | "historyDays"
  | "quarantineDays"
  | "journalDays"
  | "shortestInterval"
  | "longestInterval"
  | "deadAfter";

interface SettingGroup {
  title: string;
  lead: string;
  settings: readonly NumberSetting[];
}

const DAYS = { unit: "days", least: 1, most: 3650 };
const INTERVAL = { unit: "seconds", least: 5, most: 86_400 };

export const SETTING_GROUPS: readonly SettingGroup[] = [
  {
    title: "Brakes",
    lead: "More deletions at once than both of these are held until somebody agrees.",
    settings: [
      {
        name: "brakeCount",
        label: "Deletions that a run carries out unasked",
        hint: "0 to 1,000,000.",
        unit: "deletions",
        least: 0,
        most: 1_000_000,
      },
      {
        name: "brakeShare",
        label: "Share of what is linked",
        hint: "0 to 100 percent.",
        unit: "percent",
        least: 0,
        most: 100,
      },
    ],
  },
  {
    title: "What is kept",
    lead: "All of it is sealed, and expires by itself.",
    settings: [
      { name: "historyDays", label: "Values that gave way", hint: "1 to 3,650 days.", ...DAYS },
      { name: "quarantineDays", label: "Copies of what was deleted", hint: "1 to 3,650 days.", ...DAYS },
      { name: "journalDays", label: "What runs wrote, so that it can be undone", hint: "1 to 3,650 days.", ...DAYS },
    ],
  },
  {
    title: "Cycles",
    lead: "A mailbox runs more often while there is something to do, and less often while there is not.",
    settings: [
      { name: "shortestInterval", label: "Shortest interval", hint: "5 to 86,400 seconds.", ...INTERVAL },
      { name: "longestInterval", label: "Longest interval", hint: "5 to 86,400 seconds.", ...INTERVAL },
      {
        name: "deadAfter",
        label: "Attempts before something is given up",
        hint: "1 to 100; then it waits until somebody asks for it.",
        unit: "attempts",
        least: 1,
        most: 100,
      },
    ],
  },
  {
    title: "Conflicts",
    lead: "For fields of which the newest edit leads.",
    settings: [
      {
        name: "newestGuardSeconds",
        label: "How far two edits must lie apart",
        hint: "0 to 86,400 seconds; closer ones are decided for the CRM.",
        unit: "seconds",
        least: 0,
        most: 86_400,
      },
    ],
  },
];

const SETTINGS = SETTING_GROUPS.flatMap((group) => group.settings);

export const NUMBER_NAMES: readonly NumberName[] = SETTINGS.map((one) => one.name);

export type TypedNumbers = Record<NumberName, string>;

/** What is wrong with what was typed, by the name of the setting. */
export function numberErrors(typed: TypedNumbers): Partial<Record<NumberName, string>> {
  const errors: Partial<Record<NumberName, string>> = {};
  for (const { name, least, most } of SETTINGS) {
    const value = Number(typed[name]);
    if (typed[name].trim() === "" || !Number.isInteger(value) || value < least || value > most)
      errors[name] = `Enter a whole number from ${least} to ${most}.`;
  }
  if (
    !errors.shortestInterval &&
    !errors.longestInterval &&
    Number(typed.shortestInterval) > Number(typed.longestInterval)
  )
    errors.longestInterval = "It is at least as long as the shortest one.";
  return errors;
}

export function typedNumbers(settings: Record<NumberName, number>): TypedNumbers {
  return byName((name) => String(settings[name]));
}

export function enteredNumbers(typed: TypedNumbers): Record<NumberName, number> {
  return byName((name) => Number(typed[name]));
}

function byName<Value>(value: (name: NumberName) => Value): Record<NumberName, Value> {
  return Object.fromEntries(NUMBER_NAMES.map((name) => [name, value(name)])) as Record<NumberName, Value>;
}
