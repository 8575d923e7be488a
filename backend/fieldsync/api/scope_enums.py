"""The enums of filters, incoming rules and scope checks as GraphQL tells them."""

from fieldsync.api.described import describe
from fieldsync.core.filters import ColumnType, Joint, Operator
from fieldsync.core.incoming import IncomingMode
from fieldsync.core.scope_check import ScopeStage
from fieldsync.db.repo.sync_filters import FilterScope
from fieldsync.services.filter_templates import Drift

describe(
    FilterScope,
    "Whose a filter is.",
    USER="One user's; it decides for the mailboxes of that user.",
    ORGANIZATION="Everybody's; it decides for all mailboxes, together with the users' own.",
    TEMPLATE="Nobody's; it is copied to users who get a mailbox.",
)
describe(
    Joint,
    "How the parts of a group of a filter belong together.",
    name="FilterJoint",
    ALL="All must hold.",
    ANY="Any one of them is enough.",
)
describe(
    Operator,
    "How a filter compares an attribute. Days are those of the mailbox's time zone.",
    name="FilterOperator",
    EQUALS="The same, capitals or not.",
    NOT_EQUALS="Anything else, also nothing at all.",
    CONTAINS="This text somewhere in it, capitals or not.",
    BEGINS_WITH="This text at its beginning, capitals or not.",
    IS_EMPTY="Nothing at all.",
    IS_NOT_EMPTY="Anything at all.",
    GREATER="A greater number.",
    LESS="A smaller number.",
    ON="On this day.",
    BEFORE="Before this day.",
    AFTER="After this day.",
    LAST_DAYS="From so many days ago to today.",
    NEXT_DAYS="From today to so many days ahead.",
    IS_ME="The owner of the mailbox; of people, one with a mail address of the owner's.",
    IS_MY_TEAM="A team of the owner of the mailbox.",
)
describe(
    ColumnType,
    "What an attribute holds that filters can ask for.",
    name="FilterColumnType",
    TEXT="A text.",
    NUMBER="A whole number, or the number of a choice.",
    FLAG="True or false; nothing counts as false.",
    DATE="A day.",
    TIME="A moment.",
    OWNER="The owner of the record.",
    PEOPLE="People with names and mail addresses.",
    PARTICIPANTS="Organizer and attendees together.",
)
describe(
    Drift,
    "How somebody's copy of a template differs from it.",
    name="FilterDrift",
    MISSING="There is none.",
    OUTDATED="The template changed since it was copied.",
    CHANGED="The copy was changed, or switched off.",
)
describe(
    IncomingMode,
    "Which items of a kind become records.",
    ALL="All of them.",
    TRACKED="Those that have the category.",
    NONE="None.",
)
describe(
    ScopeStage,
    "What is looked at on the way of a record into a mailbox, in this order.",
    MAILBOX="Whether the mailbox is synchronized and has a place for such records.",
    FILTER="Whether a filter names the record and none takes it out.",
    ORGANIZER="Whether a meeting has an organizer.",
    ACCESS="Whether the owner of the mailbox may read the record.",
    OPT_OUT="Whether somebody opted it out.",
    LINK="Whether it is followed.",
)
