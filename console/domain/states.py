"""The closed sets of 1022: states, channels, roles, priorities, outcomes. Each value is also the
stored form.
"""

from enum import StrEnum


class State(StrEnum):
    """State of a request, in the order of its life (docs/reference/states.md)."""

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
"""States that Open311 calls closed; every other one is open, even `resolved`."""


class AssignmentState(StrEnum):
    """State of one agency's part of a request."""

    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    RESOLVED = "resolved"


class ContactState(StrEnum):
    """State of a written contact in triage. A call's contact starts as `linked` or `answered`, an
    advert or a blocked sender's message as `spam`.
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
"""Channels by which people write to us on their own and get an automatic receipt."""


class Role(StrEnum):
    """Role of an account. `SYSTEM` acts for rules and devices and never signs in."""

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
    """The result of one attempt to tell the citizen."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    WRONG_NUMBER = "wrong_number"


class Verdict(StrEnum):
    """What the citizen says about the result."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    NO_OPINION = "no_opinion"


class DeliveryState(StrEnum):
    """State of a message of ours on its way to a citizen. `UNKNOWN` is never resent
    automatically.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """Why a message is sent; `warning` goes to an agency's contact point, the others to a
    citizen.
    """

    ACKNOWLEDGEMENT = "acknowledgement"
    NEED_INFO = "need_info"
    REJECTION = "rejection"
    RESULT = "result"
    UNREACHABLE = "unreachable"
    EXTENSION = "extension"
    REPLY = "reply"
    WARNING = "warning"
