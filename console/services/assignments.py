"""Steps of an agency on its own assignment; the rules are `domain/decide_agency.py`."""

from console.domain.commands import AssignmentCommand
from console.services.ports import Done, UnitOfWork
from console.services.requests import step
from console.services.setting import Setting


def assignment_step(cmd: AssignmentCommand, uow: UnitOfWork, setting: Setting) -> Done:
    """Accept, refuse, start, ask or grant an extension, report the result.

    Raises:
        InputError: `unknown_agency` for a code that is none.
        RefusedError: `not_your_agency`, `no_open_assignment`, `agency_needed`, `wrong_state`, and
            what the step itself asks for.
    """
    if cmd.agency is not None:
        setting.catalogue.agency(cmd.agency)
    return step(cmd, uow, setting)
