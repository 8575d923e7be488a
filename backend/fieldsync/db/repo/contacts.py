"""CRM contacts: the rows that most callers work with, by the names of their columns."""

from fieldsync.core.values import RecordKind
from fieldsync.db.repo.record_rows import rows_of

_rows = rows_of(RecordKind.CONTACT)
ATTRIBUTES = _rows.attributes
MAX_LENGTHS = _rows.max_lengths

create = _rows.create
create_many = _rows.create_many
