"""The office, for the tests beside this file."""

from api.office import office

__all__ = ["office"]
