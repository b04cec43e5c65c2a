"""Steps of an agency on its own assignment (rules: `domain/requests/decide/assignments.py`)."""

from console.domain.requests.commands import AssignmentCommand, GrantExtension
from console.domain.states import Purpose
from console.services.handling import Context, Done, combined, existing_request
from console.services.outreach.messages import tell_reporters
from console.services.ports.store.unit_of_work import UnitOfWork
from console.services.requests.switchboard import step


def assignment_step(cmd: AssignmentCommand, uow: UnitOfWork, context: Context) -> Done:
    """Accept, refuse, start, ask for an extension, report the result.

    Raises:
        InputError: `unknown_agency`.
        RefusedError: `not_your_agency`, `no_open_assignment`, `agency_needed`, `wrong_state`, and
            those of the step itself.
    """
    if cmd.agency is not None:
        context.catalogue.agency(cmd.agency)
    return step(cmd, uow, context)


def grant_extension(cmd: GrantExtension, uow: UnitOfWork, context: Context) -> Done:
    """Grant a later date; reporters who wrote to us, and so got the first date, get the new one.

    Raises:
        As `assignment_step`.
    """
    done = assignment_step(cmd, uow, context)
    request = existing_request(cmd.request_id, uow)
    told = tell_reporters(request, uow, context, "extended", Purpose.EXTENSION, voice_by_sms=False)
    return combined(done, told)
