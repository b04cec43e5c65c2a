"""The file of API keys: one wrong line refuses the file and is named."""

import hashlib

import pytest

from console.channels.open311.api_keys import parse_keys
from console.domain.errors import InputError

HASH = hashlib.sha256(b"secret").hexdigest()


def test_names_digests_and_rights() -> None:
    text = f"# keys\n\napp-1\t{HASH.upper()}\tread, post\nubnd-ba-diem\t{'0' * 64}\tupdate\n"
    found = parse_keys(text, "keys.tsv")
    assert [(key.name, key.digest, set(key.rights)) for key in found] == [
        ("app-1", HASH, {"read", "post"}),
        ("ubnd-ba-diem", "0" * 64, {"update"}),
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"app\t{HASH}",
        f"app\t{HASH}\tread\tpost",
        f"app\t{HASH}\tread,everything",
        f"app\t{HASH}\t",
        f"app\t{HASH[:-1]}\tread",
        f"app\t{HASH[:-1]}g\tread",
        f"a p p\t{HASH}\tread",
        f"\t{HASH}\tread",
        f"first\t{'1' * 64}\tread",
        f"app {HASH} read",
    ],
)
def test_a_wrong_line_is_named(line: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_keys(f"first\t{HASH}\tread\n{line}\n", "keys.tsv")
    assert (refused.value.code, refused.value.params) == (
        "api_keys_broken",
        {"file": "keys.tsv", "line": 2},
    )
