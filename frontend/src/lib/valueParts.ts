/** Values of a field, part by part as the API gives them; several parts are one value, such as an address. */

/** The parts that hold something, a line for each; an empty text is no value. */
export function partsText(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}

/** What Dataverse writes in one word. */
const WORDS: Record<string, string> = {
  stateorprovince: "state or province",
  postalcode: "postal code",
  postofficebox: "post office box",
  firstname: "first name",
  middlename: "middle name",
  lastname: "last name",
  scheduledstart: "start",
  scheduledend: "end",
  isalldayevent: "all day",
};

/** The parts of a field by name: "address1_postalcode" is its "Postal code", if all begin with the same word. */
export function partNames(attributes: readonly string[], label: string): string[] {
  if (attributes.length < 2) return [label];
  const prefix = attributes[0]?.match(/^[a-z0-9]+_/)?.[0] ?? "";
  const shared = prefix !== "" && attributes.every((one) => one.startsWith(prefix));
  return attributes.map((one) => {
    const name = shared ? one.slice(prefix.length) : one;
    const words = WORDS[name] ?? name.replaceAll("_", " ").replace(/(\d+)$/, " $1");
    return words.charAt(0).toUpperCase() + words.slice(1);
  });
}
