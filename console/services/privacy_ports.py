"""What the citizen's rights need of the store: part of `ports.Queries`."""

from typing import Protocol

from console.domain.person import Person
from console.services.privacy_views import KeptOfPerson


class PrivacyQuestions(Protocol):
    """The read side."""

    def kept_of(self, person: Person) -> KeptOfPerson:
        """All that this seat keeps of him; reads through the whole store."""
