"""Who may send which command, and who may see which request."""

from console.domain.actors import DESK, LEADS, Actor
from console.domain.errors import RefusedError
from console.domain.requests import commands as c
from console.domain.requests.request import Request
from console.domain.states import Role

# A supervisor enters what an agency without a console reports by telephone; the system enters what
# an agency's own program reports (Open311 updates).
_AGENCY = LEADS | {Role.OFFICER, Role.SYSTEM}

WHO_MAY: dict[type[c.Command], frozenset[Role]] = {
    c.LogRequest: DESK,
    c.ForwardRequest: DESK,
    c.AcceptAssignment: _AGENCY,
    c.RefuseAssignment: _AGENCY,
    c.StartWork: _AGENCY,
    c.AskExtension: _AGENCY,
    c.GrantExtension: LEADS,
    c.ReportResult: _AGENCY,
    c.RecordOutreach: DESK,
    c.CloseRequest: DESK,
    c.ReopenRequest: DESK,
    c.MergeRequest: DESK - {Role.SYSTEM},
    c.JoinCaller: DESK,
    c.RejectRequest: DESK - {Role.SYSTEM},
    c.CancelRequest: LEADS,
    c.AskInfo: DESK - {Role.SYSTEM},
    c.AddNote: DESK | {Role.OFFICER},
    c.ChangeFields: DESK,
    c.StepBack: DESK | {Role.OFFICER},
    c.PublishRequest: LEADS | {Role.SYSTEM},
    c.UnpublishRequest: LEADS,
    c.AttachMedia: DESK | {Role.OFFICER},
}
"""Every command that `decide` judges, with the roles that may send it
(docs/reference/states.md).
"""


def require_role(command: c.Command, actor: Actor) -> None:
    """Refuse what this role may not do at all.

    Raises:
        RefusedError: `role_may_not`.
    """
    if actor.role not in WHO_MAY[type(command)]:
        raise RefusedError("role_may_not", role=actor.role.value, action=type(command).__name__)


def sees(actor: Actor, request: Request) -> bool:
    """Whether this person may see the request at all: an officer sees only requests that the own
    agency was ever given.
    """
    return actor.role is not Role.OFFICER or request.assignment(actor.agency or "") is not None
