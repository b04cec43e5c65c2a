"""`publish open-data`: writes the published requests into files."""

from functools import partial
from typing import TYPE_CHECKING

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, path_argument
from console.cli.framework.output import print_json
from console.domain.errors import InputError

if TYPE_CHECKING:
    from console.services.ports.store.queries import Queries
    from console.services.views.public_site import SiteRow

_PAGE = 2000


def add(verbs: Verbs) -> None:
    """The grammar of `publish`."""
    sub = add_group(verbs, "publish", "công bố dữ liệu")
    parser = add_verb(sub, "open-data", "phản ánh đã công bố dạng CSV (Open311 Bulk)", _open_data)
    parser.add_argument("folder", type=path_argument, metavar="DIR")


def _open_data(call: Call) -> int:
    from console.services.people.actors import entry_of
    from console.services.publication.open_data import write_open_data

    folder = call.given.folder.absolute()
    if not folder.parent.is_dir() or (folder.exists() and not folder.is_dir()):
        raise InputError("no_such_folder", folder=str(folder))
    with call.core(user="supervisor") as core:

        def rows() -> "list[SiteRow]":
            found: list[SiteRow] = []
            while True:
                offset = len(found)
                some = core.store.ask_now(partial(_some, offset))
                found += some
                if len(some) < _PAGE:
                    return found

        folder.mkdir(exist_ok=True)
        number = write_open_data(rows(), core.desk.catalogue, folder)
        said = entry_of(core.desk.actor, core.desk.clock(), "open_data_exported", "", str(number))
        core.store.write_now(lambda uow: uow.audit(said))
    if call.as_json:
        print_json({"requests": number, "folder": str(folder)})
    else:
        call.say(
            f"Đã ghi {number} phản ánh đã công bố vào {folder}",
            f"Wrote {number} published requests into {folder}",
        )
    return 0


def _some(offset: int, queries: "Queries") -> "tuple[SiteRow, ...]":
    return queries.published(limit=_PAGE, offset=offset)
