"""The same generated contacts for everybody who is measured: as CRM columns and as a vCard."""

from dataclasses import dataclass

FIRST = ("Ada", "Björn", "Chiara", "Đorđe", "Émile", "Fatima", "Grace", "Hiroko", "Inés", "Jürgen")
LAST = ("Abel", "Brontë", "Curie", "Dvořák", "Euler", "Franklin", "Gauß", "Hopper", "Ibn Sina", "Jordan")
TITLES = ("Buyer", "Engineer", "Head of sales", "Controller", "Researcher")


@dataclass(frozen=True, slots=True)
class Person:
    """Number ``n`` of the generated people; the description is what the benchmark changes."""

    n: int

    @property
    def key(self) -> str:
        return f"person-{self.n:05d}"

    @property
    def first(self) -> str:
        return FIRST[self.n % len(FIRST)]

    @property
    def last(self) -> str:
        return f"{LAST[self.n // len(FIRST) % len(LAST)]}-{self.n}"

    def columns(self) -> dict[str, str]:
        """Column names are those of Dataverse."""
        n = self.n
        return {
            "firstname": self.first,
            "lastname": self.last,
            "jobtitle": TITLES[n % len(TITLES)],
            "department": f"Department {n % 17}",
            "emailaddress1": f"{self.key}@example.org",
            "telephone1": f"+49 30 555 {n:05d}",
            "mobilephone": f"+49 170 555 {n:05d}",
            "websiteurl": f"https://example.org/{self.key}",
            "birthdate": f"{1950 + n % 50}-{1 + n % 12:02d}-{1 + n % 28:02d}",
            "address1_line1": f"Street {n % 300}",
            "address1_city": "Berlin",
            "address1_postalcode": f"{10000 + n % 4000}",
            "address1_country": "Germany",
            "description": f"Note {n}",
        }

    def vcard(self) -> bytes:
        """What another program's store holds of the same person."""
        c = self.columns()
        address = f";;{c['address1_line1']};{c['address1_city']};;{c['address1_postalcode']};{c['address1_country']}"
        lines = [
            "BEGIN:VCARD", "VERSION:3.0", f"UID:{self.key}", f"FN:{c['firstname']} {c['lastname']}",
            f"N:{c['lastname']};{c['firstname']};;;", f"TITLE:{c['jobtitle']}", f"ORG:;{c['department']}",
            f"EMAIL;TYPE=INTERNET:{c['emailaddress1']}", f"TEL;TYPE=WORK,VOICE:{c['telephone1']}",
            f"TEL;TYPE=CELL:{c['mobilephone']}", f"URL:{c['websiteurl']}", f"BDAY:{c['birthdate']}",
            f"ADR;TYPE=WORK:{address}", f"NOTE:{c['description']}", "END:VCARD", "",
        ]  # fmt: skip
        return "\r\n".join(lines).encode()


def people(count: int) -> list[Person]:
    return [Person(n) for n in range(count)]
