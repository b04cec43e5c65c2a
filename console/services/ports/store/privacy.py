"""What the citizen's rights need of the store: parts of `Queries` and `UnitOfWork`."""

from typing import Protocol
from uuid import UUID

from console.domain.privacy.person import Person
from console.domain.privacy.wishes import Wish
from console.services.views.privacy import PersonalData


class PrivacyQuestions(Protocol):
    """The read side."""

    def kept_of(self, person: Person) -> PersonalData:
        """All data of this person at this seat; scans the whole store."""

    def wishes(self) -> tuple[Wish, ...]:
        """The whole register, oldest first."""


class PrivacyWork(Protocol):
    """The writer's side."""

    def wish(self, wish_id: UUID) -> Wish | None:
        """The wish in its current state, or None."""
