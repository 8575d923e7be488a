"""Which contacts to list and in which order."""

from fieldsync.api.types.list_inputs import filtered, ordered
from fieldsync.api.types.list_inputs import query_of as _query_of
from fieldsync.api.types.record_listed import fields_of
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.record_query import records_of

FIELDS = fields_of(RecordKind.CONTACT)


@filtered("contacts", FIELDS, " A withheld field cannot be named.")
class ContactFilter:
    pass


@ordered("contacts", FIELDS)
class ContactOrder:
    pass


def query_of(filter: ContactFilter | None, order: ContactOrder | None) -> ListQuery:
    """The query behind the inputs; raises InvalidInput, NotFound."""
    return _query_of(records_of(RecordKind.CONTACT), FIELDS, filter, order)
