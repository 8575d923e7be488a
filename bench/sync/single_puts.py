"""The command `fieldsync`, without the path on which many contacts are made in one request."""

import sys

from fieldsync.cli import main
from fieldsync.sides.caldav import collection

assert hasattr(collection, "may_take_many"), "the bulk path is chosen elsewhere by now"
collection.may_take_many = lambda _: False

if __name__ == "__main__":
    sys.exit(main())
