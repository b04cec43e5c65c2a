"""Sends commands to the desk and reports the outcome."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.errors import ConsoleError
from console.domain.requests.commands import Command
from console.ui.runtime.tasks import spawn
from console.ui.text.error_sentences import sentence

if TYPE_CHECKING:
    from console.services.desk import Desk
    from console.services.handling import Done

type OnRefused = Callable[[str], None]
type OnDone = Callable[[], None]


def run_step(
    desk: "Desk", command: Command, *, done: OnDone | None = None, refused: OnRefused | None = None
) -> None:
    """Run one command.

    Args:
        done: called when it is on disk.
        refused: called with a sentence if it was refused.
    """
    run_steps(desk, (command,), done=done, refused=refused)


def run_steps(
    desk: "Desk",
    commands: tuple[Command, ...],
    *,
    done: OnDone | None = None,
    refused: OnRefused | None = None,
) -> None:
    """Run several in order; the first refusal stops."""

    async def work() -> None:
        last: Done | None = None
        for command in commands:
            last = await desk.do(command)
        if done is not None and last is not None:
            done()

    def failed(error: ConsoleError) -> None:
        if refused is not None:
            refused(sentence(error))

    spawn(work(), failed)
