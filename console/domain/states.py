"""The closed sets of 1022: states, channels, roles, priorities, outcomes. The value is the
wire form.
"""

from enum import StrEnum


class State(StrEnum):
    """State of a request, in the order of its life (PRODUCT.md, "Life of a request")."""

    DRAFT = "draft"
    RECEIVED = "received"
    NEED_INFO = "need_info"
    REJECTED = "rejected"
    MERGED = "merged"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


CLOSED_STATES = frozenset({State.CLOSED, State.REJECTED, State.MERGED, State.CANCELLED})
"""States that Open311 calls closed; every other one is open, `resolved` too."""


class AssignmentState(StrEnum):
    """State of one agency's part of a request."""

    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    RESOLVED = "resolved"


class ContactState(StrEnum):
    """State of a written contact in triage; a call's contact is born `linked` or `answered`, an
    advert or a blocked sender's message `spam`.
    """

    NEW = "new"
    LINKED = "linked"
    REJECTED = "rejected"
    ANSWERED = "answered"
    SPAM = "spam"


class Channel(StrEnum):
    """How somebody reached us."""

    VOICE = "voice"
    SMS = "sms"
    EMAIL = "email"
    APP = "app"
    PORTAL = "portal"
    FACEBOOK = "facebook"
    ZALO = "zalo"
    WALK_IN = "walk_in"


WRITTEN = (
    Channel.SMS,
    Channel.EMAIL,
    Channel.APP,
    Channel.PORTAL,
    Channel.FACEBOOK,
    Channel.ZALO,
)
"""Channels by which people write to us by themselves, and get an automatic receipt."""


class Role(StrEnum):
    """Role of an account. `SYSTEM` acts for rules and devices, never signs in."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Priority(StrEnum):
    """Urgency of a request; danger questions raise it."""

    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for normal, 2 for urgent; sorts."""
        return ("normal", "high", "urgent").index(self.value)


class Outcome(StrEnum):
    """What became of one attempt to tell the citizen."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    WRONG_NUMBER = "wrong_number"


class Verdict(StrEnum):
    """What the citizen says of the result."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    NO_OPINION = "no_opinion"


class DeliveryState(StrEnum):
    """State of a message of ours on its way to a citizen (CHANNELS.md 4.4). `UNKNOWN` is never
    resent by itself.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """Why a message goes to a citizen; `warning` goes to an agency's contact point."""

    ACKNOWLEDGEMENT = "acknowledgement"
    NEED_INFO = "need_info"
    REJECTION = "rejection"
    RESULT = "result"
    UNREACHABLE = "unreachable"
    EXTENSION = "extension"
    REPLY = "reply"
    WARNING = "warning"
