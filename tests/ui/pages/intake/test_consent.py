"""The citizen's consent to a call by the agency, recorded with the report."""

from tests.ui.pages.intake.conftest import Seat, commit
from tests.ui.waiting import until


async def test_who_agrees_that_the_agency_calls_him_is_shown_to_it(seat: Seat) -> None:
    seat.fill()
    consent = seat.form.attachments.consent
    assert not consent.isEnabled(), "there is no number to call"
    commit(seat.form.phone, "0903123456")
    assert consent.isEnabled()
    assert consent in seat.form.editors()
    consent.click()
    seat.page.save()
    await until(lambda: seat.page.deck.outcome.startswith("Đã lưu"))
    (row,) = await seat.desk.ask(lambda q: q.search("phan cach"))
    detail = await seat.desk.ask(lambda q: q.detail(row.id))
    assert detail is not None
    assert [reporter.consent for reporter in detail.request.reporters] == [True]
    assert not seat.form.attachments.consent.isChecked()
