"""Who is whom: only a sure match links, and what is possible is asked."""

from fieldsync.core.identity import MomentFields, PersonFields
from fieldsync.core.match import Decisions, Doubt, Matches, match
from fieldsync.core.plan import ItemState, RecordState
from fieldsync.core.traits import ItemTraits, RecordTraits

IDENTITY = PersonFields(name=0, emails=(1, 2), company=3)
MOMENT = MomentFields(subject_at=0, moment=1)


def person(name: str, *mails: str, company: str = "") -> tuple:
    first, second = (*mails, "", "")[:2]
    return ((name, "", ""), (first,), (second,), (company,))


def found(records: list, items: list, decisions: Decisions | None = None, identity=IDENTITY, uids=((), ())) -> Matches:
    of_records, of_items = ((*some, *("" for _ in range(9))) for some in uids)
    return match(
        identity,
        [RecordState(f"r{n}", 1, v, RecordTraits(uid=of_records[n])) for n, v in enumerate(records)],
        [ItemState(f"i{n}", "1", v, ItemTraits(uid=of_items[n])) for n, v in enumerate(items)],
        decisions or Decisions(),
    )


def pairs(result: Matches) -> list[tuple[str, str]]:
    return sorted((record.id, item.href) for record, item in result.pairs)


def asked(result: Matches) -> dict[str, tuple[set[str], Doubt]]:
    return {one.item.href: ({record.id for record in one.records}, one.why) for one in result.unsure}


def loners(result: Matches) -> tuple[list[str], list[str]]:
    return [one.id for one in result.records], [one.href for one in result.items]


def test_name_and_any_common_address_match_whatever_their_case_and_spaces() -> None:
    result = found([person("Ada Lovelace", "x@e.org", "ADA@e.org")], [person("ada  lovelace", "ada@E.org ")])

    assert pairs(result) == [("r0", "i0")]


def test_an_address_alone_is_not_enough_and_a_name_alone_is_asked_about() -> None:
    result = found([person("Ada", "a@e.org"), person("Bob")], [person("Eve", "a@e.org"), person("bob")])

    assert pairs(result) == []
    assert loners(result) == (["r0"], ["i0"])
    assert asked(result) == {"i1": ({"r1"}, Doubt.NAME_ONLY)}


def test_name_and_company_match_where_there_is_no_common_address_to_go_by() -> None:
    result = found([person("Ada", "a@e.org", company="ACME ")], [person("ada", company="acme")])

    assert pairs(result) == [("r0", "i0")]


def test_one_name_in_one_company_with_other_addresses_is_asked_about() -> None:
    result = found([person("Ada", "a@e.org", company="ACME")], [person("Ada", "ada@x.org", company="ACME")])

    assert asked(result) == {"i0": ({"r0"}, Doubt.OTHER_ADDRESSES)}


def test_one_name_in_another_company_or_with_other_addresses_is_somebody_else() -> None:
    companies = found([person("Ada", company="ACME")], [person("Ada", company="Contoso")])
    addresses = found([person("Ada", "a@e.org")], [person("Ada", "b@e.org")])

    assert loners(companies) == loners(addresses) == (["r0"], ["i0"])
    assert companies.unsure == addresses.unsure == []


def test_two_candidates_on_either_side_are_asked_about() -> None:
    ada = person("Ada", "a@e.org")

    items = found([ada], [ada, ada])
    records = found([ada, ada], [ada])

    assert asked(items) == {"i0": ({"r0"}, Doubt.SEVERAL), "i1": ({"r0"}, Doubt.SEVERAL)}
    assert asked(records) == {"i0": ({"r0", "r1"}, Doubt.SEVERAL)}
    assert items.pairs == records.pairs == []
    assert loners(items) == loners(records) == ([], [])


def test_the_surer_key_decides_before_the_weaker_one_is_asked() -> None:
    with_mail, without = person("Ada", "a@e.org", company="ACME"), person("Ada", company="ACME")

    result = found([with_mail, without], [without, with_mail])

    assert pairs(result) == [("r0", "i1"), ("r1", "i0")]


def test_a_uid_decides_before_everything_else() -> None:
    meeting = (("Stand-up",), ("2026-03-02T09:00:00Z",))

    result = found([meeting, meeting], [meeting, meeting], identity=MOMENT, uids=(("", "u1"), ("u1", "u2")))

    assert pairs(result) == [("r0", "i1"), ("r1", "i0")]


def test_tasks_of_one_subject_match_by_their_date_or_by_having_none() -> None:
    due, undated = (("Call",), ("2026-03-02",)), (("Call",), ("",))

    assert pairs(found([due, undated], [undated, due], identity=MOMENT)) == [("r0", "i1"), ("r1", "i0")]
    assert loners(found([due], [undated], identity=MOMENT)) == (["r0"], ["i0"])


def test_what_people_decided_is_carried_out() -> None:
    ada = person("Ada", "a@e.org")

    linked = found([ada, ada], [ada], Decisions(pairs={"i0": "r1"}))
    alone = found([ada], [ada], Decisions(alone=frozenset({"i0"})))
    ignored = found([ada], [ada], Decisions(ignored=frozenset({"i0"})))

    assert (pairs(linked), loners(linked)) == ([("r1", "i0")], (["r0"], []))
    assert (alone.pairs, loners(alone)) == ([], (["r0"], ["i0"]))
    assert (ignored.pairs, loners(ignored)) == ([], (["r0"], []))


def test_a_decision_for_a_record_that_is_gone_is_none() -> None:
    ada = person("Ada", "a@e.org")

    assert asked(found([ada, ada], [ada], Decisions(pairs={"i0": "r7"}))) == {"i0": ({"r0", "r1"}, Doubt.SEVERAL)}


def test_a_nameless_contact_is_called_by_its_company_and_never_by_what_could_be_secured() -> None:
    assert IDENTITY.subject(person("", company="ACME")) == "ACME"
    assert IDENTITY.subject(person(" ", "a@e.org")) == "(no name)"
