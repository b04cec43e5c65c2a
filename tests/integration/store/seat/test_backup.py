"""Copies of a profile: verified, whole, refused when they are not, never over somebody's work."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.domain.errors import ConsoleError, InputError, RefusedError, UnavailableError
from console.domain.requests import numbering
from console.services.housekeeping import COPY_AGAIN, copy_nightly
from console.store.files.spool import Spool
from console.store.schema.steps import VERSION
from console.store.seat.backup import MANIFEST, NUMBERS_SKIPPED, back_up, restore
from console.store.seat.identity import install_id
from console.store.seat.local_store import FILE_NAME, LocalStore
from console.store.seat.profile_lock import stays
from console.store.seat.store_copy import KEPT_DAYS, NightlyCopies
from tests.integration.store.build import CATALOGUE, NOW, save

TABLES = ("event", "service_request", "assignment", "queue_item", "reporter", "word", "outbox")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A seat with five requests and a photo, closed."""
    folder = tmp_path / "seat"
    store = LocalStore(folder, CATALOGUE)
    for n in range(5):
        store.write_now(lambda uow, n=n: save(uow, description=f"Hố sụt {n}"))  # type: ignore[misc]
    store.run_on_writer(install_id)
    store.close()
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    Spool(folder).put(photo)
    return folder


def contents(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows that count."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as plain:
        return {t: plain.execute(f"select * from {t}").fetchall() for t in TABLES}


def meta(folder: Path) -> dict[str, str]:
    with closing(sqlite3.connect(folder / FILE_NAME)) as plain:
        return dict(plain.execute("select key, value from meta").fetchall())


def files_of(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_what_went_out_comes_back_on_another_machine(profile: Path, tmp_path: Path) -> None:
    copied = back_up(profile, tmp_path / "copy.zip", NOW)
    assert (copied.counts["service_request"], copied.counts["event"]) == (5, 15)
    assert (copied.files, copied.damaged) == (1, ())
    other = tmp_path / "other"
    back = restore(other, tmp_path / "copy.zip", NOW)
    assert back.counts == copied.counts
    assert back.aside is None
    assert contents(other) == contents(profile)
    photo = next((profile / "spool").rglob("??/*"))
    assert (other / "spool" / photo.parent.name / photo.name).read_bytes() == photo.read_bytes()
    store = LocalStore(other, CATALOGUE)
    try:
        assert store.verify(every=True) == ""
        assert len(store.ask_now(lambda q: q.search("ho sut"))) == 5
    finally:
        store.close()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_restored_seat_is_another_one_and_gives_no_number_twice(
    profile: Path, tmp_path: Path
) -> None:
    back_up(profile, tmp_path / "copy.zip", NOW)
    restore(tmp_path / "other", tmp_path / "copy.zip", NOW)
    assert meta(tmp_path / "other")["install_id"] != meta(profile)["install_id"]
    store = LocalStore(tmp_path / "other", CATALOGUE)
    number = store.write_now(lambda uow: uow.next_number(NOW))
    store.close()
    assert number == numbering.make(NOW, 1, 5 + NUMBERS_SKIPPED + 1)


def test_a_seat_at_work_can_be_copied(profile: Path, tmp_path: Path) -> None:
    store = LocalStore(profile, CATALOGUE)
    try:
        store.write_now(save)
        copied = back_up(profile, tmp_path / "copy.zip", NOW)
        assert copied.counts["service_request"] == 6  # also what only the log has
        store.write_now(save)
    finally:
        store.close()


def test_a_copy_is_never_written_over(profile: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_text("mine")
    with pytest.raises(InputError, match="copy_exists"):
        back_up(profile, tmp_path / "copy.zip", NOW)
    assert (tmp_path / "copy.zip").read_text() == "mine"


def test_a_damaged_photo_is_named_and_a_damaged_store_is_not_copied(
    profile: Path, tmp_path: Path
) -> None:
    photo = next((profile / "spool").rglob("??/*"))
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4999) + b"x")
    assert back_up(profile, tmp_path / "a.zip", NOW).damaged == (photo.name,)
    data = bytearray((profile / FILE_NAME).read_bytes())
    for place in range(4096 * 3, len(data), 4096):
        data[place : place + 64] = b"\xff" * 64
    (profile / FILE_NAME).write_bytes(data)
    with pytest.raises(UnavailableError):
        back_up(profile, tmp_path / "b.zip", NOW)
    assert not (tmp_path / "b.zip").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_without_a_store_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="store_missing"):
        back_up(tmp_path / "nobody", tmp_path / "copy.zip", NOW)


# --- copies that must be refused


def _flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)


def _rewritten(file: Path, change: Callable[[dict[str, object]], None]) -> None:
    """The same archive with another manifest."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members[MANIFEST])
    change(manifest)
    members[MANIFEST] = json.dumps(manifest).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_one_wrong_bit_of_content_is_noticed_and_nothing_changes(
    profile: Path, tmp_path: Path, share: float
) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    _flip(copy, int(copy.stat().st_size * share))
    target = tmp_path / "other"
    LocalStore(target, CATALOGUE).close()
    before = (target / FILE_NAME).read_bytes()
    code = refusal(target, copy)
    if code is None:  # the bit means nothing there: the time of a member
        assert contents(target) == contents(profile)
        return
    assert code in ("copy_damaged", "copy_foreign")
    assert (target / FILE_NAME).read_bytes() == before
    assert files_of(target) == ["store.lock", FILE_NAME]


def refusal(target: Path, copy: Path) -> str | None:
    """The code with which a copy is refused."""
    try:
        restore(target, copy, NOW)
    except ConsoleError as error:
        return error.code
    return None


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_copy_cut_short_is_refused(profile: Path, tmp_path: Path, keep: float) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    size = copy.stat().st_size
    copy.write_bytes(copy.read_bytes()[: int(size * keep) if keep < 1 else int(keep)])
    with pytest.raises(UnavailableError, match="copy_damaged"):
        restore(tmp_path / "other", copy, NOW)


def test_what_is_no_copy_of_ours_is_refused(profile: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(InputError, match="copy_foreign"):
        restore(tmp_path / "other", tmp_path / "x.zip", NOW)
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    _rewritten(copy, lambda m: m.update(format="another-program"))
    with pytest.raises(InputError, match="copy_foreign"):
        restore(tmp_path / "other", copy, NOW)


@pytest.mark.parametrize("change", [{"version": 2}, {"schema": VERSION + 1}, {"schema": "new"}])
def test_a_newer_copy_is_refused(profile: Path, tmp_path: Path, change: dict[str, object]) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    _rewritten(copy, lambda m: m.update(change))
    with pytest.raises(InputError, match="copy_newer"):
        restore(tmp_path / "other", copy, NOW)


def test_a_member_outside_the_profile_is_refused(profile: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    for name in ("../escaped", "/etc/x", "spool/ab/../../x", "config.toml"):
        evil = tmp_path / "evil.zip"
        evil.write_bytes(copy.read_bytes())
        said = {"size": 1, "sha256": "0" * 64}
        _rewritten(evil, lambda m, n=name, s=said: m["files"].update({n: s}))  # type: ignore[misc]
        with zipfile.ZipFile(evil, "a") as archive:
            archive.writestr(name, "x")
        with pytest.raises(InputError, match="copy_foreign"):
            restore(tmp_path / "other", evil, NOW)
    assert files_of(tmp_path / "other") == ["store.lock"]


def test_counts_that_do_not_fit_are_noticed(profile: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    _rewritten(copy, lambda m: m["counts"].update(event=99))  # type: ignore[attr-defined]
    with pytest.raises(UnavailableError, match="copy_damaged"):
        restore(tmp_path / "other", copy, NOW)


# --- profiles that must not be overwritten


def test_unsent_work_needs_force_and_is_laid_aside(profile: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    store = LocalStore(profile, CATALOGUE)
    later = store.write_now(save)
    store.close()
    before = contents(profile)
    with pytest.raises(RefusedError) as said:
        restore(profile, copy, NOW)
    assert (said.value.code, said.value.params) == ("profile_has_unsent", {"n": 18})
    assert contents(profile) == before
    back = restore(profile, copy, NOW, force=True)
    assert back.aside is not None
    assert contents(back.aside) == before
    reopened = LocalStore(profile, CATALOGUE)
    try:
        assert reopened.ask_now(lambda q: q.detail(later)) is None
        assert reopened.verify(every=True) == ""
        # Six were given before: none of them again.
        assert reopened.write_now(lambda uow: uow.next_number(NOW)) > numbering.make(NOW, 1, 6)
    finally:
        reopened.close()


def test_what_the_centre_has_may_be_replaced(profile: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    with closing(sqlite3.connect(profile / FILE_NAME)) as plain, plain:
        plain.execute("delete from outbox")
    assert restore(profile, copy, NOW).aside is not None


def test_a_damaged_store_needs_force_too(profile: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    (profile / FILE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(RefusedError, match="profile_has_unsent"):
        restore(profile, copy, NOW)
    restore(profile, copy, NOW, force=True)
    assert len(contents(profile)["service_request"]) == 5


def test_a_profile_in_use_is_left_alone(profile: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    back_up(profile, copy, NOW)
    store = LocalStore(profile, CATALOGUE)
    stays(profile)
    try:
        with pytest.raises(UnavailableError, match="profile_in_use"):
            restore(profile, copy, NOW, force=True)
    finally:
        store.close()


# --- every night


def test_a_copy_a_night_for_a_week(profile: Path) -> None:
    copies = NightlyCopies(profile)
    night = datetime(2026, 11, 24, 18, 59, tzinfo=UTC)  # 01:59 in the city
    assert copies.newest() is None
    assert not copies.due(night)
    for day in range(KEPT_DAYS + 2):
        now = night + timedelta(minutes=1, days=day)
        assert copies.due(now)
        made = copies.make(now)
        assert not copies.due(now)
        assert len(contents_of(made)) == 5
        assert copies.newest() == made
    kept = sorted(p.name for p in (profile / "copies").iterdir())
    assert len(kept) == KEPT_DAYS
    assert kept[0] == "store-2026-11-27.sqlite3"


def contents_of(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as plain:
        return plain.execute("select id from service_request").fetchall()


def test_nothing_is_due_without_a_store(tmp_path: Path) -> None:
    assert not NightlyCopies(tmp_path).due(NOW)


async def test_a_night_that_fails_is_tried_again_in_an_hour(profile: Path) -> None:
    copies = NightlyCopies(profile)
    (profile / "copies").write_text("in the way")
    assert await copy_nightly(copies, NOW) == NOW + COPY_AGAIN
    (profile / "copies").unlink()
    assert await copy_nightly(copies, NOW) == NOW
    assert copies.newest() is not None
