import { expect, it } from "vitest";
import { changedPlaces, collectionsFor, type Found, type Places, splitAddresses, withFound } from "./collections";

const EMPTY: Places = { contactsUrl: "", calendarUrl: "", tasksUrl: "", timeZone: "", addresses: "" };
const FOUND: Found = {
  collections: [
    { url: "https://dav/people/", name: "People", holds: ["ADDRESS_BOOK"] },
    { url: "https://dav/old/", name: "Old", holds: ["ADDRESS_BOOK"] },
    { url: "https://dav/days/", name: "Days", holds: ["CALENDAR", "TASK_LIST"] },
  ],
  addresses: ["nancy@example.org", "n@example.org"],
  timeZone: "Europe/Vienna",
};

it("puts the first collection that fits in the place of the server's address", () => {
  expect(withFound({ ...EMPTY, contactsUrl: "https://dav/" }, FOUND)).toEqual({
    contactsUrl: "https://dav/people/",
    calendarUrl: "https://dav/days/",
    tasksUrl: "https://dav/days/",
    timeZone: "Europe/Vienna",
    addresses: "nancy@example.org, n@example.org",
  });
});

it("keeps what was chosen or typed already", () => {
  const typed = { contactsUrl: "https://dav/old/", timeZone: "UTC", addresses: "me@example.org" };

  expect(withFound({ ...EMPTY, ...typed }, FOUND)).toMatchObject(typed);
});

it("leaves out what the server does not have", () => {
  const people = { ...FOUND, collections: FOUND.collections.slice(0, 1) };

  expect(withFound(EMPTY, people)).toMatchObject({ calendarUrl: "", tasksUrl: "" });
  expect(collectionsFor(people, "CALENDAR")).toEqual([]);
});

it("reads addresses however they are separated, each once", () => {
  expect(splitAddresses(" a@x.org,b@x.org; a@x.org\nc@x.org ")).toEqual(["a@x.org", "b@x.org", "c@x.org"]);
  expect(splitAddresses("  ")).toEqual([]);
});

it("sends what was changed and nothing else", () => {
  const before = { ...EMPTY, contactsUrl: "https://dav/people/", calendarUrl: "https://dav/days/", timeZone: "UTC" };

  expect(changedPlaces(before, { ...before })).toEqual({});
  expect(changedPlaces(before, { ...before, calendarUrl: " ", addresses: "a@x.org b@x.org" })).toEqual({
    calendarUrl: "",
    addresses: ["a@x.org", "b@x.org"],
  });
});
