import pytest

from fieldsync.core.columns import never_securable
from fieldsync.core.values import RecordKind

NEVER = [
    (RecordKind.CONTACT, name)
    for name in (
        "id", "owner_id", "version", "created_at", "modified_at", "statecode", "statuscode", "fullname", "firstname",
        "middlename", "lastname", "yomifirstname", "yomilastname", "parentcustomerid",
    )
]  # fmt: skip
NEVER += [(kind, name) for kind in RecordKind for name in ("statecode", "statuscode", "regardingobjectid", "owner_id")]


@pytest.mark.parametrize(("kind", "attribute"), NEVER)
def test_what_the_model_rests_on_is_never_secured(kind: RecordKind, attribute: str) -> None:
    assert (never_securable(kind, attribute) or "").endswith(".")


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        (RecordKind.CONTACT, "jobtitle"),
        (RecordKind.CONTACT, "governmentid"),
        (RecordKind.CONTACT, "nickname"),
        (RecordKind.CONTACT, "suffix"),
        (RecordKind.CONTACT, "address1_city"),
        (RecordKind.TASK, "subject"),
        (RecordKind.APPOINTMENT, "scheduledstart"),
        (RecordKind.APPOINTMENT, "location"),
    ],
)
def test_everything_else_can_be(kind: RecordKind, attribute: str) -> None:
    assert never_securable(kind, attribute) is None
