"""What GraphQL calls the attributes of a contact: one table for the type and both inputs.

The names are those of the Dataverse columns in camel case.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import strawberry

from fieldsync.db.repo.contacts import ATTRIBUTES, MAX_LENGTHS

C = TypeVar("C", bound=type)

_PERSON = {
    "fullname": ("fullName", "Full name; made of first, middle and last name unless given"),
    "salutation": ("salutation", "Title, such as Dr."),
    "firstname": ("firstName", "First name"),
    "middlename": ("middleName", "Middle name"),
    "lastname": ("lastName", "Last name"),
    "suffix": ("suffix", "What follows the name, such as Junior"),
    "nickname": ("nickName", "Nickname"),
    "yomifirstname": ("yomiFirstName", "How the first name is spoken"),
    "yomilastname": ("yomiLastName", "How the last name is spoken"),
    "parentcustomerid": ("parentCustomer", "Name of the company"),
    "department": ("department", "Department"),
    "jobtitle": ("jobTitle", "Job title"),
    "managername": ("managerName", "Name of the manager"),
    "assistantname": ("assistantName", "Name of the assistant"),
    "assistantphone": ("assistantPhone", "Phone of the assistant"),
    "telephone1": ("telephone1", "Business phone"),
    "business2": ("business2", "Second business phone"),
    "telephone2": ("telephone2", "Home phone"),
    "home2": ("home2", "Second home phone"),
    "telephone3": ("telephone3", "Other phone"),
    "mobilephone": ("mobilePhone", "Mobile phone"),
    "company": ("company", "Main phone of the company"),
    "callback": ("callback", "Callback number"),
    "pager": ("pager", "Pager"),
    "fax": ("fax", "Fax"),
    "emailaddress1": ("emailAddress1", "E-mail address"),
    "emailaddress2": ("emailAddress2", "Second e-mail address"),
    "emailaddress3": ("emailAddress3", "Third e-mail address"),
    "websiteurl": ("webSiteUrl", "Web site"),
    "ftpsiteurl": ("ftpSiteUrl", "FTP site"),
    "birthdate": ("birthDate", "Birthday"),
    "anniversary": ("anniversary", "Wedding anniversary"),
    "spousesname": ("spousesName", "Name of the spouse or partner"),
    "childrensnames": ("childrensNames", "Names of the children"),
    "governmentid": ("governmentId", "Government ID number"),
    "description": ("description", "Notes"),
}
_ADDRESS = {
    "line1": ("Line1", "first street line"),
    "line2": ("Line2", "second street line"),
    "line3": ("Line3", "third street line"),
    "city": ("City", "city"),
    "stateorprovince": ("StateOrProvince", "state or province"),
    "postalcode": ("PostalCode", "postal code"),
    "country": ("Country", "country"),
    "postofficebox": ("PostOfficeBox", "post office box"),
}
_ADDRESSES = {"address1": "Mailing address", "address2": "Home address", "address3": "Other address"}

NAMES: dict[str, tuple[str, str]] = _PERSON | {
    f"{address}_{part}": (f"{address}{suffix}", f"{label}: {text}")
    for address, label in _ADDRESSES.items()
    for part, (suffix, text) in _ADDRESS.items()
}
"""Attribute to its GraphQL name and description."""

GRAPHQL_NAMES: dict[str, str] = {attribute: NAMES[attribute][0] for attribute in ATTRIBUTES}


def with_attributes(*, default: Any) -> Callable[[C], C]:
    """Give a class that is to become a GraphQL type one optional field for each attribute."""

    def decorate(cls: C) -> C:
        for attribute in ATTRIBUTES:
            name, description = NAMES[attribute]
            limit = MAX_LENGTHS.get(attribute)
            length = f", at most {limit} characters" if limit and default is strawberry.UNSET else ""
            cls.__annotations__[attribute] = (str if limit else date) | None
            field = strawberry.field(name=name, description=f"{description}{length}.", default=default)
            setattr(cls, attribute, field)
        return cls

    return decorate


def given(data: Any) -> dict[str, Any]:
    """The attributes that an input holds, null included."""
    return {name: value for name in ATTRIBUTES if (value := getattr(data, name)) is not strawberry.UNSET}
