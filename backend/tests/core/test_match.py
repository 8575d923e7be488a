"""Who is whom: only a sure match links."""

from fieldsync.core.match import IdentityFields, match

IDENTITY = IdentityFields(name=0, emails=(1, 2), company=3)


def person(name: str, *mails: str, company: str = "") -> tuple:
    first, second = (*mails, "", "")[:2]
    return ((name, "", ""), (first,), (second,), (company,))


def found(records: list, items: list):
    return match(IDENTITY, [(f"r{n}", v) for n, v in enumerate(records)], [(f"i{n}", v) for n, v in enumerate(items)])


def test_name_and_any_common_address_match_whatever_their_case_and_spaces() -> None:
    result = found([person("Ada Lovelace", "x@e.org", "ADA@e.org")], [person("ada  lovelace", "ada@E.org ")])

    assert result.pairs == [("r0", "i0")]


def test_a_name_alone_or_an_address_alone_is_not_enough() -> None:
    result = found([person("Ada", "a@e.org"), person("Bob", "")], [person("Eve", "a@e.org"), person("Bob", "")])

    assert result.pairs == []
    assert (result.records, result.items) == (["r0", "r1"], ["i0", "i1"])


def test_two_candidates_on_either_side_make_it_unsure() -> None:
    ada = person("Ada", "a@e.org")

    items = found([ada], [ada, ada])
    records = found([ada, ada], [ada])

    assert (items.unsure_records, sorted(items.unsure_items)) == (["r0"], ["i0", "i1"])
    assert (sorted(records.unsure_records), records.unsure_items) == (["r0", "r1"], ["i0"])
    assert items.pairs == records.pairs == items.records == records.items == []


def test_a_nameless_contact_is_called_by_its_company_and_never_by_what_could_be_secured() -> None:
    assert IDENTITY.subject(person("", company="ACME")) == "ACME"
    assert IDENTITY.subject(person(" ", "a@e.org")) == "(no name)"
