"""What can never be a secured column, and what a masking rule may be."""

from fieldsync.core.values import RecordKind

MOST_KEPT = 8
"""A masking rule shows at most this many of the last characters."""

_ALWAYS = {
    "id": "The id of a record is never secured: links and shares refer to it.",
    "owner_id": "The owner of a record is never secured: rights depend on it.",
    "version": "The version of a record is never secured: it tells that something changed.",
    "created_at": "When a record was made is never secured.",
    "modified_at": "When a record was last written is never secured.",
    "statecode": "The state of a record is never secured.",
    "statuscode": "The status of a record is never secured.",
    "regardingobjectid": "A column that refers to another record is never secured.",
}
_OF_CONTACTS = {
    "fullname": "The full name is never secured: it is what a record is called wherever it is referred to.",
    "firstname": "The first name is never secured: the full name is made of it.",
    "middlename": "The middle name is never secured: the full name is made of it.",
    "lastname": "The last name is never secured: the full name is made of it.",
    "parentcustomerid": "A column that refers to another record is never secured.",
}


def never_securable(kind: RecordKind, attribute: str) -> str | None:
    """Why a column can never be secured; None if it can (reference C11)."""
    if attribute in _ALWAYS:
        return _ALWAYS[attribute]
    if attribute.startswith("yomi"):
        return "A name as it is spoken is never secured, as the name itself is not."
    return _OF_CONTACTS.get(attribute) if kind is RecordKind.CONTACT else None
