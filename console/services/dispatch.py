"""One handler for each command. Window, verbs and channels write to the store only through here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.domain.actors import DESK
from console.domain.errors import RefusedError
from console.domain.requests import commands as c
from console.domain.requests.decide.request import NOT_JUDGED
from console.services.calls.handlers import claim_call, settle_missed_call, take_over_call
from console.services.contacts.blocking import block_sender, let_sender_go
from console.services.contacts.inbox import reject_contact
from console.services.contacts.triage import (
    attach_contact,
    keep_contact,
    mark_spam,
    open_contact,
    restore_contact,
)
from console.services.handling import Context, Done, done_with
from console.services.outreach.handlers import (
    record_delivery,
    record_outreach,
    send_message,
    write_result,
)
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.publication.notices import (
    change_notice,
    end_notice,
    issue_notice,
    tell_notice,
)
from console.services.requests.agency import assignment_step, grant_extension
from console.services.requests.drafts import discard_draft, hand_over_drafts, save_draft
from console.services.requests.intake import join_caller, log_request
from console.services.requests.switchboard import (
    ask_info,
    change_fields,
    forward_request,
    merge_request,
    reject_request,
    step,
    step_back,
)

__all__ = ["HANDLERS", "Handler", "dispatch"]

type Handler = Callable[[Any, UnitOfWork, Context], Done]

HANDLERS: dict[type[c.Command], Handler] = {
    c.LogRequest: log_request,
    c.ForwardRequest: forward_request,
    c.AcceptAssignment: assignment_step,
    c.RefuseAssignment: assignment_step,
    c.StartWork: assignment_step,
    c.AskExtension: assignment_step,
    c.GrantExtension: grant_extension,
    c.ReportResult: assignment_step,
    c.RecordOutreach: record_outreach,
    c.CloseRequest: step,
    c.WriteResult: write_result,
    c.ReopenRequest: step,
    c.MergeRequest: merge_request,
    c.JoinCaller: join_caller,
    c.RejectRequest: reject_request,
    c.CancelRequest: step,
    c.AskInfo: ask_info,
    c.AddNote: step,
    c.StepBack: step_back,
    c.PublishRequest: step,
    c.UnpublishRequest: step,
    c.ChangeFields: change_fields,
    c.AttachMedia: step,
    c.RejectContact: reject_contact,
    c.OpenContact: open_contact,
    c.AttachContact: attach_contact,
    c.MarkSpam: mark_spam,
    c.RestoreContact: restore_contact,
    c.KeepContact: keep_contact,
    c.BlockSender: block_sender,
    c.LetSenderGo: let_sender_go,
    c.SendMessage: send_message,
    c.RecordDelivery: record_delivery,
    c.ClaimCall: claim_call,
    c.TakeOverCall: take_over_call,
    c.SettleMissedCall: settle_missed_call,
    c.SaveDraft: save_draft,
    c.DiscardDraft: discard_draft,
    c.HandOverDrafts: hand_over_drafts,
    c.IssueNotice: issue_notice,
    c.ChangeNotice: change_notice,
    c.EndNotice: end_notice,
    c.TellNotice: tell_notice,
}
"""Every command, with its handler."""


def dispatch(command: c.Command, uow: UnitOfWork, context: Context) -> Done:
    """Run the command's handler in this transaction.

    A command that committed before does not run again; its request is returned as it is now.

    Raises:
        RefusedError: the rules forbid it.
        InputError: a value is wrong.
        ConflictError: somebody else changed the same field.
        TypeError: the command has no handler, which is a bug.
    """
    handler = HANDLERS.get(type(command))
    if handler is None:
        raise TypeError(command)
    role = context.actor.role
    if type(command) in NOT_JUDGED and role not in DESK:
        raise RefusedError("role_may_not", role=role.value, action=type(command).__name__)
    if uow.seen(command.id):
        return _repeated(command, uow)
    done = handler(command, uow, context)
    if done.request_id is None:
        return done
    # The handler may have added further events after its first step.
    now = done_with(done.request_id, uow)
    return replace(done, number=now.number, state=now.state)


def _repeated(command: c.Command, uow: UnitOfWork) -> Done:
    request_id = getattr(command, "request_id", None)
    return Done() if request_id is None else done_with(request_id, uow)
