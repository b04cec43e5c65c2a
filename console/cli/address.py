"""`address parse`: what the program understands of an address, offline."""

from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_group, add_verb, path_argument
from console.cli.framework.input_files import lines_of
from console.cli.framework.output import print_json
from console.domain.errors import InputError


def add(verbs: Verbs) -> None:
    """The grammar of `address`."""
    sub = add_group(verbs, "address", "công cụ địa chỉ")
    parse = add_verb(sub, "parse", "hiểu một địa chỉ như người dân nói", _parse)
    parse.add_argument("text", nargs="*")
    parse.add_argument("--file", type=path_argument, help="mỗi dòng của tệp là một địa chỉ")


def _parse(call: Call) -> int:
    from console.map.addresses.parser import to_json
    from console.map.gazetteer.local_places import LocalPlaces

    given = call.given
    if given.text and given.file is not None:
        raise InputError("one_of_them", options="TEXT, --file FILE")
    if not given.text and given.file is None:
        raise InputError("missing_option", option="TEXT | --file FILE")
    places = LocalPlaces(folder=call.profile / "map")
    texts = [" ".join(given.text)] if given.text else lines_of(given.file)
    for text in texts:
        print_json(to_json(places.parse(text)))
    return 0
