"""GSM 7-bit: packing, alphabets, shift tables, text without accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text.sms import without_accents
from console.telephony.pdu.gsm7 import DEFAULT, LOCKING, SINGLE, pack, septets_of, to_text, unpack
from console.telephony.pdu.indian_alphabets import NOTHING

KANNADA, TELUGU, URDU = 7, 12, 13


@given(st.binary(max_size=160).map(lambda b: bytes(c & 0x7F for c in b)), st.integers(0, 6))
def test_unpack_undoes_pack_at_every_bit(septets: bytes, skip: int) -> None:
    assert unpack(pack(septets, skip), len(septets), skip) == septets


def test_packing_of_a_known_text() -> None:
    # 23.038 6.1.2.1: "hellohello" is E8329BFD4697D9EC37.
    packed = bytes.fromhex("E8329BFD4697D9EC37")
    assert to_text(unpack(packed, 10)) == "hellohello"
    assert pack(b"hellohello") == packed


def test_unpack_gives_what_the_data_holds() -> None:
    assert unpack(b"", 5) == b""
    assert len(unpack(b"\xff\xff", 100)) == 2
    assert unpack(b"\xff", 5, 9) == b""


def test_the_languages_of_the_specification() -> None:
    assert set(LOCKING) == {0, 1, *range(3, 14)}  # Spanish has a single table only
    assert set(SINGLE) == set(range(14))


@pytest.mark.parametrize(("number", "table"), LOCKING.items())
def test_every_locking_table_has_128_different_places(number: int, table: str) -> None:
    assert len(table) == 128
    letters = [character for character in table if character != NOTHING]
    assert len(letters) - len(set(letters)) == (1 if number == KANNADA else 0)
    assert table[0x1B] == "\x1b"


def test_kannada_has_one_letter_twice_as_it_is_printed() -> None:
    assert LOCKING[KANNADA][0x24] == LOCKING[KANNADA][0x3D] == "\u0caa"


@pytest.mark.parametrize("number", range(4, 13))
def test_letters_of_india_stand_in_the_order_of_unicode(number: int) -> None:
    letters = [
        "\u0ca1" if (number, place) == (KANNADA, 0x24) else character
        for place, character in enumerate(LOCKING[number])
        if ord(character) > 0xFF and character != NOTHING
    ]
    assert letters == sorted(set(letters))


@pytest.mark.parametrize("number", range(4, 14))
def test_a_script_of_india_stands_in_its_own_block(number: int) -> None:
    block = (0x980, 0xA80, 0x900, 0xC80, 0xD00, 0xB00, 0xA00, 0xB80, 0xC00, 0x600)[number - 4]
    size = 0x100 if number == URDU else 0x80
    dandas = {"\u0964", "\u0965"}
    for letters in (LOCKING[number], SINGLE[number].values()):
        foreign = {c for c in letters if ord(c) > 0xFF and not block <= ord(c) < block + size}
        assert foreign <= dandas | {NOTHING, "€"}
    assert all(0 <= place < 128 for place in SINGLE[number])
    assert {0x0D, 0x1B}.isdisjoint(SINGLE[number])


@pytest.mark.parametrize(("number", "table"), SINGLE.items())
def test_every_single_table_keeps_the_common_signs(number: int, table: dict[int, str]) -> None:
    assert {table[p] for p in (0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40)} == set("^{}\\[~]|")
    assert table[0x0A] == "\f"
    assert table.get(0x65) == (None if number == TELUGU else "€")


def test_every_character_of_the_alphabet_goes_there_and_back() -> None:
    for character in (set(DEFAULT) - {"\x1b"}) | set("\f^{}\\[~]|€"):
        septets = septets_of(character)
        assert septets is not None
        assert to_text(septets) == character
    assert septets_of("ắ") is None
    assert septets_of("\x1b") is None


def test_escapes_that_mean_nothing() -> None:
    assert to_text(b"\x1bA") == "A"  # unassigned: the main table's letter
    assert to_text(b"\x1b\x1bA") == " A"  # another extension, not defined: a blank
    assert to_text(b"A\x1b") == "A"
    assert to_text(b"\x0c\x1b\x0c", 4) == NOTHING * 2  # Bengali leaves it empty in both
    assert to_text(b"\x1b\x3f\x1be", 12, 12) == "?e"


@pytest.mark.parametrize(
    ("septets", "locking", "single", "text"),
    [
        (b"\x1bS\x1bs\x1bI\x1bi", 0, 1, "Şşİı"),
        (b"\x07\x0b\x0c\x1c\x1d\x40\x60", 1, 0, "ıĞğŞşİç"),
        (b"\x1bA\x1bi\x1b\x09", 0, 2, "Áíç"),
        (b"\x1b{\x1b|", 0, 3, "ãõ"),
        (b"[\\{|\x12", 3, 0, "ÃÕãõª"),
        (b"\x07", 77, 77, "ì"),
    ],
)
def test_national_tables(septets: bytes, locking: int, single: int, text: str) -> None:
    assert to_text(septets, locking, single) == text


def test_vietnamese_without_accents() -> None:
    text = "Đường Võ Công Tồn – nắp cống “sụp”, 50.000₫… 😀"
    assert without_accents(text) == 'Duong Vo Cong Ton - nap cong "sup", 50.000d... ?'
    assert without_accents("Đồng Tâm") == "Dong Tam"


@given(st.text(max_size=80))
def test_without_accents_always_fits_the_alphabet(text: str) -> None:
    assert all(septets_of(c) is not None for c in without_accents(text))
