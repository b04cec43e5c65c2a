"""What the citizen's rights need of the store: parts of `Queries` and `UnitOfWork`."""

from typing import Protocol
from uuid import UUID

from console.domain.privacy.person import Person
from console.domain.privacy.wishes import Wish
from console.services.views.privacy import PersonalData


class PrivacyQuestions(Protocol):
    """The read side."""

    def kept_of(self, person: Person) -> PersonalData:
        """All that this seat keeps of him; reads through the whole store."""

    def wishes(self) -> tuple[Wish, ...]:
        """The whole register, in the order the wishes came."""


class PrivacyWork(Protocol):
    """The writer's side."""

    def wish(self, wish_id: UUID) -> Wish | None:
        """A wish as it stands, or None."""
